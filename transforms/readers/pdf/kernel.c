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
