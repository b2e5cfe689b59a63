// Functions that are walked through and cleaned up by the tables of call frames.
#include <pthread.h>
#include <stdio.h>
#include <unwind.h>

static __attribute__((noinline)) int deep(int n, double x);

static _Unwind_Reason_Code visit(struct _Unwind_Context *c, void *p) {
    void *f = _Unwind_FindEnclosingFunction((void *)_Unwind_GetIP(c));
    if (f == (void *)deep) printf(" deep");
    return _URC_NO_REASON;
}

static __attribute__((noinline)) void clean(int *p) { printf("%d ", *p); }

static __attribute__((noinline)) int deep(int n, double x) {
    int here __attribute__((cleanup(clean))) = n;
    char room[100 * n + 1];
    room[n] = n;
    if (n == 3) {
        printf("walked");
        _Unwind_Backtrace(visit, 0);
        printf("\ncleaned ");
        pthread_exit((void *)18L);
    }
    return deep(n + 1, x * 2) + room[n] + (x > 3);
}

static void *thread(void *p) { return (void *)(long)deep(0, 1); }

int main(void) {
    pthread_t t;
    void *end;
    pthread_create(&t, NULL, thread, NULL);
    pthread_join(t, &end);
    printf("ended %ld\n", (long)end);
    return 0;
}
