/* The same question to many objects of PDFium.

   Each function is handed the address of one of PDFium's functions and asks it n times, what `asking.py` does object by object
   where this file was not compiled. It knows nothing of PDFs, keeps nothing, and is linked with nothing. */

typedef void *handle;
typedef long long count;
typedef unsigned long place;

/* Answers that are written to addresses: the first of each object to `at`, the next ones `apart` bytes further; objects are `step` apart. */
void write_one(int (*ask)(handle, char *), const handle *objects, count n, char *at, count step, count apart)
{
    for (count i = 0; i < n; i++)
        ask(objects[i], at + i * step);
}

void write_two(int (*ask)(handle, char *, char *), const handle *objects, count n, char *at, count step, count apart)
{
    for (count i = 0; i < n; i++)
        ask(objects[i], at + i * step, at + i * step + apart);
}

void write_four(int (*ask)(handle, char *, char *, char *, char *), const handle *objects, count n, char *at, count step, count apart)
{
    for (count i = 0; i < n; i++, at += step)
        ask(objects[i], at, at + apart, at + 2 * apart, at + 3 * apart);
}

/* The same of one object's parts. */
void write_parts(int (*ask)(handle, int, char *), handle object, const int *parts, count n, char *at, count step)
{
    for (count i = 0; i < n; i++)
        ask(object, parts[i], at + i * step);
}

/* Numbers and handles of objects, and of parts of them. */
void numbers(int (*ask)(handle), const handle *objects, count n, int *answers)
{
    for (count i = 0; i < n; i++)
        answers[i] = ask(objects[i]);
}

void numbers_of_parts(int (*ask)(handle, int), const handle *objects, const int *parts, count n, int *answers)
{
    for (count i = 0; i < n; i++)
        answers[i] = ask(objects[i], parts[i]);
}

void angles_of_parts(float (*ask)(handle, int), const handle *objects, const int *parts, count n, float *answers)
{
    for (count i = 0; i < n; i++)
        answers[i] = ask(objects[i], parts[i]);
}

void handles(handle (*ask)(handle), const handle *objects, count n, handle *answers)
{
    for (count i = 0; i < n; i++)
        answers[i] = ask(objects[i]);
}

void handles_of_parts(handle (*ask)(handle, int), const handle *objects, const int *parts, count n, handle *answers)
{
    for (count i = 0; i < n; i++)
        answers[i] = ask(objects[i], parts[i]);
}

void handles_of_places(handle (*ask)(handle, place), const handle *objects, const int *parts, count n, handle *answers)
{
    for (count i = 0; i < n; i++)
        answers[i] = ask(objects[i], (place)parts[i]);
}

void handles_within_parts(handle (*ask)(handle, int, int), const handle *objects, const int *parts, const int *within, count n, handle *answers)
{
    for (count i = 0; i < n; i++)
        answers[i] = ask(objects[i], parts[i], within[i]);
}

/* What is told of an object of a page or form; `asking.py` says what each part means. */
struct record {
    handle object, clip, innermost;
    int kind, clips, mode, is_stroked, says;
    float bounds[4];
    unsigned stroke[4], fill[4];
};

struct questions {
    int (*kind)(handle);
    int (*bounds)(handle, float *, float *, float *, float *);
    int (*fill)(handle, unsigned *, unsigned *, unsigned *, unsigned *);
    int (*stroke)(handle, unsigned *, unsigned *, unsigned *, unsigned *);
    int (*draw_mode)(handle, int *, int *);
    int (*text_mode)(handle);
    handle (*clip)(handle);
    int (*clips)(handle);
    handle (*clip_segment)(handle, int, int);
    int (*marks)(handle);
    handle (*mark)(handle, place);
    int (*value_type)(handle, const char *);
};

enum { TEXT = 1, PATH = 2, FORM = 5, OPAQUE = 255, OUTLINED = 1 };

typedef int (*colour)(handle, unsigned *, unsigned *, unsigned *, unsigned *);

static void ask_colour(colour ask, handle object, unsigned *answer)
{
    ask(object, answer, answer + 1, answer + 2, answer + 3);
}

static void describe_clip(const struct questions *ask, struct record *of)
{
    of->clip = ask->clip(of->object);
    of->clips = ask->clips(of->clip);
    if (of->clips > 0)
        of->innermost = ask->clip_segment(of->clip, of->clips - 1, 0);
}

static void describe_path(const struct questions *ask, struct record *of)
{
    ask->draw_mode(of->object, &of->mode, &of->is_stroked);
    if (of->is_stroked) {
        ask_colour(ask->stroke, of->object, of->stroke);
        for (int i = 0; i < 4; i++)
            of->fill[i] = of->stroke[i];
    }
    if (of->mode || !of->is_stroked)
        ask_colour(ask->fill, of->object, of->fill);
}

/* `known` is the mark that was asked last, which a text shares with the one before it, and what it said. */
static int says(const struct questions *ask, handle object, const char *key, handle *known, int *known_says)
{
    int found = 0, marks = ask->marks(object);
    for (int i = 0; i < marks; i++) {
        handle mark = ask->mark(object, i);
        if (mark != *known) {
            *known = mark;
            *known_says = mark && ask->value_type(mark, key) > 0;
        }
        found += *known_says;
    }
    return found;
}

void describe(const struct questions *ask, struct record *of, count n, const char *key)
{
    handle known = 0;
    int known_says = 0;
    for (; n-- > 0; of++) {
        of->kind = ask->kind(of->object);
        of->stroke[3] = of->fill[3] = OPAQUE;
        describe_clip(ask, of);
        if (of->kind != FORM)
            ask->bounds(of->object, of->bounds, of->bounds + 1, of->bounds + 2, of->bounds + 3);
        if (of->kind == PATH)
            describe_path(ask, of);
        if (of->kind == TEXT || of->kind == FORM)
            ask_colour(ask->fill, of->object, of->fill);
        if (of->kind == TEXT) {
            of->mode = ask->text_mode(of->object);
            if (of->mode % 4 == OUTLINED)
                ask_colour(ask->stroke, of->object, of->fill);
            of->says = says(ask, of->object, key, &known, &known_says);
        }
    }
}
