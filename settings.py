"""All settings of Yusuan: environment variables with the prefix `YUSUAN_`; the defaults need none.

`docs/settings.md` is generated from this class.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from threading import Lock
from typing import Literal

from pydantic import Field, IPvAnyNetwork
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

PROJECT = Path(__file__).resolve().parent


PREFIX = "YUSUAN_"
# What processes that read documents have no need of,
SECRETS = ("YUSUAN_ALERTS", "YUSUAN_ALERTS_FILE", "YUSUAN_WAREHOUSE", "YUSUAN_WAREHOUSE_FILE")
KEYS = ("AWS_", "FSSPEC_", "PGPASS")    # and how variables begin that hold the keys to storage

# What Kubernetes tells every process of a service whose name begins with `yusuan-`.
_OF_CLUSTER = re.compile(r"_SERVICE_(HOST|PORT)|_PORT(_\d+_(TCP|UDP).*)?$")

_hiding = Lock()


class UnusableFile(ValueError):
    """A file that holds a setting cannot be read, or the setting is there twice; its content is not told."""


def is_secret(name: str) -> bool:
    """Whether an environment variable holds a secret."""
    return name.upper() in SECRETS or name.upper().startswith(KEYS)


@contextmanager
def without_secrets() -> Iterator[None]:
    """Let processes that are started here inherit no setting that holds a secret."""
    with _hiding:
        hidden = {name: os.environ.pop(name) for name in list(os.environ) if is_secret(name)}
        try:
            yield
        finally:
            os.environ.update(hidden)


def forget_secrets() -> None:
    """Take the settings that hold secrets out of this process's environment, and so out of those it starts."""
    for name in filter(is_secret, list(os.environ)):
        del os.environ[name]


def unknown_settings(environment: Mapping[str, str] = os.environ) -> list[str]:
    """What looks like a setting and is none, mostly by a slip of the pen: a line each, with the setting that may be meant."""
    fields = [f"{PREFIX}{field.upper()}" for field in Settings.model_fields]
    known = {*fields, *(f"{name}_FILE" for name in fields)}
    named = sorted({name.upper() for name in environment if name.upper().startswith(PREFIX)} - known)
    return [_unknown(name, fields) for name in named if not _OF_CLUSTER.search(name)]


def _unknown(name: str, fields: list[str]) -> str:
    meant = get_close_matches(name, fields, n=1)
    return f"{name} is no setting; did you mean {meant[0]}?" if meant else f"{name} is no setting; docs/settings.md lists them"


class _Files(EnvSettingsSource):
    """Settings in files that `YUSUAN_…_FILE` names, as orchestrators hand out secrets."""

    def __init__(self, settings_cls: type[BaseSettings]) -> None:
        super().__init__(settings_cls)
        given = {name.upper(): value for name, value in os.environ.items()}
        names = [f"{PREFIX}{field.upper()}" for field in settings_cls.model_fields]
        self.env_vars = {name.lower(): _content(name, given) for name in names if given.get(f"{name}_FILE")}


def _content(name: str, given: dict[str, str]) -> str:
    if name in given:
        raise UnusableFile(f"{name} and {name}_FILE are both set: leave one out")
    path = Path(given[f"{name}_FILE"])
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text in UTF-8"
        raise UnusableFile(f"{name}_FILE: {path} cannot be read ({why})") from None    # the content is a secret


class Settings(BaseSettings):
    """Where things are and how much they may cost; each field's description is its documentation."""

    model_config = SettingsConfigDict(env_prefix="YUSUAN_", extra="ignore", frozen=True, hide_input_in_errors=True)

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: type[BaseSettings], init_settings: PydanticBaseSettingsSource, env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource, file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What was given, then the environment, then the files that it names."""
        del dotenv_settings, file_secret_settings
        return init_settings, env_settings, _Files(settings_cls)

    catalogue: Path = Field(PROJECT / "samples" / "catalogue", description="Folder of catalogue files, one YAML file per region.")
    adjustments: Path = Field(
        PROJECT / "samples" / "adjustments.yaml",
        description="What a finance bureau decides about the rules: thresholds, severities, exemptions with reason and end.",
    )
    data: Path = Field(PROJECT / "data", description="Folder of the archive, the warehouse, the published copy and the alert digests.")
    archive: str = Field(
        "", pattern=r"^(s3://[^/\s]+(/\S*)?)?$",
        description="Bucket of the originals, `s3://bucket/prefix`, on S3-compatible storage (docs/operations.md, *Originals in a "
        "bucket*); empty keeps them in `archive/` in the data folder.",
    )
    warehouse: str = Field(
        "", repr=False, pattern=r"^(ducklake:(sqlite|postgres):.+)?$",    # an address may hold a password
        description="Catalogue of a warehouse on DuckLake, `ducklake:sqlite:PATH` or `ducklake:postgres:dbname=… host=… user=…` "
        "(docs/ducklake.md); empty keeps the warehouse in `warehouse.duckdb` in the data folder.",
    )
    lake: str = Field(
        "", pattern=r"^(s3://[^/\s]+(/\S*)?|[^:]*)$",
        description="Folder, or `s3://bucket/prefix`, of the files of a warehouse on DuckLake; empty means `lake/` in the data folder.",
    )
    language: Literal["zh", "en"] = Field(
        "zh", description="Language of the alert digests, `zh` or `en`; set, it is the console's too, which else is the system's (`LANG`).",
    )
    log: Literal["text", "json"] = Field(
        "text", description="What a run says on standard error while it works: `text` for people, `json` for programs, an object a line.",
    )
    alerts: dict[str, list[str]] = Field(
        default_factory=dict, repr=False,   # addresses hold secrets
        description='Where each audience\'s digest goes, as JSON: `{"audience": ["mailto://…", "dingtalk://…"]}` with apprise addresses. '
        "An audience without an entry gets a file; `maintainers` hear of what this program doubts. Robots: `dingtalk://SECRET@TOKEN`, "
        "`wecombot://KEY`, `feishu://SECRET@TOKEN`; `?api=https://…` names the host of a platform of one's own.",
    )
    runner: str = Field(
        "processes", pattern=r"^(processes|dask://[^\s/:]+:\d+)$",
        description="What reads documents: `processes` of this machine, or the workers of a Dask cluster by its scheduler, "
        "`dask://host:port` (docs/operations.md, *Many machines*).",
    )
    processes: int = Field(0, ge=0, description="Worker processes that parse documents; 0 means one per processor.")
    batch_size: int = Field(50, ge=1, description="Documents per task: large enough that a task's 20 ms of orchestration do not show.")
    load_size: int = Field(1000, ge=1, description="Documents in memory and in one transaction: half a megabyte each with 16 projects.")
    reread_limit: int = Field(
        500, ge=0,
        description="Earlier documents that a night reads again by itself, at most: what failed or was quarantined, once the program has "
        "changed. The rest follows in the next nights.",
    )
    parse_seconds: float = Field(900, gt=0, description="Time limit for one document; a scanned booklet of 200 pages takes 10 minutes.")
    parse_memory_mb: int = Field(2048, ge=256, description="Memory limit for one worker; a 400-page booklet needs under 300 MB.")
    parse_output_mb: int = Field(64, ge=1, description="Limit for the records of one document; those of a 400-page booklet take 5 MB.")
    published_copies: int = Field(
        2, ge=1, description="Published copies that are kept, the newest included: each takes as much room. What somebody reads stays.",
    )
    http_seconds: float = Field(30, gt=0, description="Time-out for each wait on a server.")
    http_attempts: int = Field(4, ge=1, description="Attempts per address before it counts as failed for the night.")
    http_max_mb: int = Field(200, ge=1, description="Largest file that is fetched; booklets with scans reach 100 MB.")
    http_connections: int = Field(64, ge=1, description="Hosts asked at the same time, over one connection each.")
    http_connect_seconds: float = Field(10, gt=0, description="Time-out for connecting to a server.")
    http_headers_seconds: float = Field(120, gt=0, description="Deadline for the headers of an answer, however slowly they drip.")
    http_total_seconds: float = Field(
        1800, gt=0, description="Deadline for an address, its attempts and robots.txt included: 200 MB over 1 Mbit/s take 27 minutes.",
    )
    http_delay: float = Field(1, ge=0, description="Seconds between two requests to one host; robots.txt may ask for more, up to 30.")
    http_host_mb: int = Field(4096, ge=1, description="What one host may send in a night; the rest follows the next nights.")
    http_full_every: int = Field(30, ge=1, description="Nights in which every address is asked in full once: validators of servers lie.")
    http_breaker: int = Field(5, ge=1, description="Failures in a row after which a host is left alone for five minutes.")
    http_contact: str = Field("", description="Whom the administrator of a site can write to, in the User-Agent: a page or a mail address.")
    sql_seconds: float = Field(300, gt=0, description="Time limit for one question of `yusuan sql`; ordinary ones take under a second.")
    sql_memory_mb: int = Field(1024, ge=64, description="Memory limit for it; a larger sort goes on in a temporary file.")

    accounts: str = Field(
        "", description="File of the accounts of `yusuan serve` (`yusuan account`); empty keeps `accounts.json` in the data folder.",
    )
    prefect_page: str = Field(
        "", pattern=r"^(https?://\S+)?$", description="Address of Prefect's page, to which the nights of `yusuan serve` lead; `yusuan up` "
        "knows it by itself.",
    )
    login_to_read: bool = Field(False, description="Whether the whole page and its JSON need a log-in; otherwise only decisions do.")
    proxies: list[IPvAnyNetwork] = Field(
        default_factory=list, description='Addresses and networks of the proxies in front of `yusuan serve`, as JSON: `["127.0.0.1"]`. '
        "What such a one says in `X-Forwarded-For`, `X-Forwarded-Proto` and YUSUAN_IDENTITY_HEADER counts, and nobody else's word.",
    )
    identity_header: str = Field(
        "", pattern=r"^[A-Za-z0-9-]*$", description="Header in which a proxy of YUSUAN_PROXIES says who a person is, such as "
        "`X-Remote-User`; set, it takes the place of accounts. The proxy has to remove what browsers send under that name.",
    )
    identity_roles: dict[str, Literal["reader", "quality_officer", "admin"]] = Field(
        default_factory=dict,
        description='Roles of people whom the proxy names, as JSON: `{"王某": "quality_officer"}`; others are readers.',
    )

    def at(self, *, catalogue: Path | str | None = None, data: Path | str | None = None, language: str | None = None) -> Settings:
        """These settings with other folders or another language; None leaves each as it is."""
        given = {"catalogue": catalogue and Path(catalogue).resolve(), "data": data and Path(data).resolve(), "language": language}
        return self.model_copy(update={name: value for name, value in given.items() if value})

    @property
    def originals(self) -> Path | str:
        """Where the originals are by SHA-256: a folder, or the address of a bucket."""
        return self.archive or self.archive_folder

    @property
    def archive_folder(self) -> Path:
        """Where they are if they are in no bucket."""
        return self.data / "archive"

    @property
    def incoming(self) -> Path:
        """What is on its way to a bucket."""
        return self.data / "incoming"

    @property
    def journal(self) -> Path:
        """What a night has pulled and not yet loaded."""
        return self.data / "pulled.jsonl"

    @property
    def pages(self) -> Path:
        """What earlier nights saw on list pages: it saves requests, and can be removed."""
        return self.data / "pages"

    @property
    def warehouse_file(self) -> Path:
        """The writer's DuckDB file, where the warehouse is one."""
        return self.data / "warehouse.duckdb"

    @property
    def published(self) -> Path:
        """The read-only copy for everybody else."""
        return self.data / "published" / "yusuan.duckdb"

    @property
    def inbox(self) -> Path:
        """What people decided of problems and quarantined rows, one line each."""
        return self.data / "decisions.jsonl"

    @property
    def accounts_file(self) -> Path:
        """Who may log in to the page, with hashes of passwords."""
        return Path(self.accounts) if self.accounts else self.data / "accounts.json"

    @property
    def audit(self) -> Path:
        """Who did what on the page, one line each."""
        return self.data / "audit.jsonl"

    @property
    def alert_folder(self) -> Path:
        """Digests of audiences without an address."""
        return self.data / "alerts"
