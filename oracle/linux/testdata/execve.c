#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

// execve and posix_spawn of the program itself, which is /self, and of a script that names it.

static void *replace(void *self) {
    char *args[] = {"again", "from a thread", NULL}, *env[] = {"PLACE=there", NULL};
    execve(self, args, env);
    _exit(1);
}

static int run(char *path, char *place, int thread) {
    int status;
    pid_t child = fork();
    if (child == 0) {
        char *args[] = {"again", "executed", NULL}, *env[] = {place, NULL};
        pthread_t other;
        if (thread) pthread_create(&other, NULL, replace, path), pause();
        execve(path, args, env);
        printf("no execve: %s\n", strerror(errno));
        fflush(stdout);
        _exit(1);
    }
    waitpid(child, &status, 0);
    return WEXITSTATUS(status);
}

int main(int argc, char **argv) {
    if (argc > 1) {
        struct sigaction action;
        sigaction(SIGUSR1, NULL, &action);
        char exe[100] = "";
        readlink("/proc/self/exe", exe, sizeof exe - 1);
        printf("%s", argv[0]);
        for (int i = 1; i < argc; i++) printf(" %s", argv[i]);
        printf(" in %s, %s, files %d%d, a handler: %d, ignored: %d\n", getenv("PLACE"), exe, fcntl(9, F_GETFD) >= 0, fcntl(10, F_GETFD) >= 0,
               action.sa_handler != SIG_DFL, signal(SIGUSR2, SIG_DFL) == SIG_IGN);
        return 11;
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    dup2(1, 9);
    dup3(1, 10, O_CLOEXEC);
    signal(SIGUSR1, (void (*)(int))main);
    signal(SIGUSR2, SIG_IGN);
    printf("%d\n", run("/self", "PLACE=here", 0));
    printf("%d\n", run("/self", "PLACE=here", 1));
    printf("%d\n", run("/proc/self/exe", "PLACE=place", 0));
    int fd = open("/script", O_WRONLY | O_CREAT, 0755);
    dprintf(fd, "#! /self one argument\nrest\n");
    close(fd);
    printf("%d\n", run("/script", "PLACE=script", 0));
    chmod("/script", 0644);
    printf("%d\n", run("/script", "PLACE=script", 0));
    printf("%d\n", run("/missing", "PLACE=nowhere", 0));
    fd = open("/text", O_WRONLY | O_CREAT, 0755);
    dprintf(fd, "no program\n");
    close(fd);
    printf("%d\n", run("/text", "PLACE=nowhere", 0));
    pid_t spawned;
    int status;
    char *args[] = {"again", "spawned", NULL}, *env[] = {"PLACE=spawn", NULL};
    printf("%d", posix_spawn(&spawned, "/self", NULL, NULL, args, env));
    waitpid(spawned, &status, 0);
    printf(" %d\n", WEXITSTATUS(status));
    printf("%s\n", strerror(posix_spawn(&spawned, "/missing", NULL, NULL, args, env)));
    FILE *pipe = popen("echo from the shell", "r");
    char line[100];
    printf("popen: %s\n", pipe && fgets(line, sizeof line, pipe) ? line : "no shell");
    fflush(stdout);
    execve("/self", args, env);
}
