/* Many questions to PDFium in one call.

   Each function is handed the addresses of PDFium's functions and of arrays that are as long as it is told. The loops ask one question n times,
   what `asking.py` does object by object where this file was not compiled; `describe` asks all there is to tell of n objects, as `describing.py`
   does. Nothing is kept, nothing is allocated, and nothing is linked with it. */

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

/* All parts of one object. */
void write_all(int (*ask)(handle, int, char *), handle object, count n, char *at, count step)
{
    for (count i = 0; i < n; i++)
        ask(object, i, at + i * step);
}

void all_numbers(int (*ask)(handle, int), handle object, count n, int *answers)
{
    for (count i = 0; i < n; i++)
        answers[i] = ask(object, i);
}

void all_handles(handle (*ask)(handle, int), handle object, count n, handle *answers)
{
    for (count i = 0; i < n; i++)
        answers[i] = ask(object, i);
}

void all_places(handle (*ask)(handle, place), handle object, count n, handle *answers)
{
    for (count i = 0; i < n; i++)
        answers[i] = ask(object, i);
}

/* Numbers and handles of objects, and of parts of them. */
void numbers(int (*ask)(handle), const handle *objects, count n, int *answers)
{
    for (count i = 0; i < n; i++)
        answers[i] = ask(objects[i]);
}

void angles_of_parts(float (*ask)(handle, int), const handle *objects, const int *parts, count n, float *answers)
{
    for (count i = 0; i < n; i++)
        answers[i] = ask(objects[i], parts[i]);
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

/* What is told of an object of a page or form; `describing.py` says what each part means and does the same without this file. */
struct record {
    handle object;
    double seen_in[4];
    int kind, is_cut, mode, is_stroked, says;
    float bounds[4];
    unsigned stroke[4], fill[4];
};

typedef int (*colour)(handle, unsigned *, unsigned *, unsigned *, unsigned *);

struct questions {
    int (*kind)(handle);
    int (*bounds)(handle, float *, float *, float *, float *);
    colour fill, stroke;
    int (*draw_mode)(handle, int *, int *);
    int (*text_mode)(handle);
    handle (*clip)(handle);
    int (*clips)(handle);
    int (*clip_segments)(handle, int);
    handle (*clip_segment)(handle, int, int);
    int (*point)(handle, float *, float *);
    int (*marks)(handle);
    handle (*mark)(handle, place);
    int (*value_type)(handle, const char *);
};

enum { TEXT = 1, PATH = 2, FORM = 5, OPAQUE = 255, OUTLINED = 1, RECTANGLE = 5 };

/* The lesser and the greater of two, and what is no number if one of them is none. */
static double lesser(double a, double b) { return a != a || a < b ? a : b; }
static double greater(double a, double b) { return a != a || a > b ? a : b; }

static void ask_colour(colour ask, handle object, unsigned *answer)
{
    ask(object, answer, answer + 1, answer + 2, answer + 3);
}

static void ask_point(const struct questions *ask, handle clip, int path, int segment, double *point)
{
    float x = 0, y = 0;
    ask->point(ask->clip_segment(clip, path, segment), &x, &y);
    point[0] = x;
    point[1] = y;
}

/* Cut what an object is seen in with one path of its clip, which may be less than the box around it. */
static void cut(const struct questions *ask, handle clip, int path, struct record *of)
{
    int n = ask->clip_segments(clip, path);
    double first[2], point[2], next[2], low[2], high[2], area = 0;
    if (n <= 0)
        return;
    ask_point(ask, clip, path, 0, first);
    for (int axis = 0; axis < 2; axis++)
        low[axis] = high[axis] = point[axis] = first[axis];
    for (int i = 1; i <= n; i++) {    /* the last side leads to the first point */
        if (i < n)
            ask_point(ask, clip, path, i, next);
        for (int axis = 0; axis < 2; axis++) {
            if (i == n)
                next[axis] = first[axis];
            low[axis] = lesser(low[axis], next[axis]);
            high[axis] = greater(high[axis], next[axis]);
        }
        area += point[0] * next[1] - next[0] * point[1];
        point[0] = next[0];
        point[1] = next[1];
    }
    for (int axis = 0; axis < 2; axis++) {
        of->seen_in[axis] = greater(of->seen_in[axis], low[axis]);
        of->seen_in[axis + 2] = lesser(of->seen_in[axis + 2], high[axis]);
    }
    area = (area < 0 ? -area : area) / 2;
    if (n > RECTANGLE || !(area >= (high[0] - low[0]) * (high[1] - low[1]) * 0.99))
        of->is_cut = 1;
}

/* The clip of an object; that of the one before it is known. */
struct clip {
    handle innermost;
    int paths;
    const struct record *of;
};

static void describe_clip(const struct questions *ask, struct record *of, struct clip *known)
{
    handle clip = ask->clip(of->object), innermost;
    int paths = ask->clips(clip);    /* -1 for none */
    if (paths <= 0)
        return;
    innermost = ask->clip_segment(clip, paths - 1, 0);
    if (innermost && paths == known->paths && innermost == known->innermost) {
        for (int i = 0; i < 4; i++)
            of->seen_in[i] = known->of->seen_in[i];
        of->is_cut = known->of->is_cut;
    } else
        for (int path = 0; path < paths; path++)
            cut(ask, clip, path, of);
    known->innermost = innermost;
    known->paths = paths;
    known->of = of;
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

/* Nothing is written where a record has not the size that Python takes it for. */
void describe(const struct questions *ask, struct record *of, count size, count n, const char *key)
{
    handle known = 0;
    int known_says = 0;
    struct clip clip = { 0, 0, 0 };
    for (; size == sizeof *of && n-- > 0; of++) {
        of->kind = ask->kind(of->object);
        of->stroke[3] = of->fill[3] = OPAQUE;
        describe_clip(ask, of, &clip);
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
