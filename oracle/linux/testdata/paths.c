// Files and directories below the current one, and the errors of paths.
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static void show(const char *what, long result) {
  printf("%s: %ld%s%s\n", what, result < 0 ? -1 : result, result < 0 ? " " : "", result < 0 ? strerror(errno) : "");
}
#define SHOW(call) (errno = 0, show(#call, (long)(call)))

static int byName(const struct dirent **a, const struct dirent **b) { return strcmp((*a)->d_name, (*b)->d_name); }

static void list(const char *name) {
  struct dirent **entries;
  int count = scandir(name, &entries, NULL, byName);
  for (int i = 0; i < count; i++) printf("%s %d\n", entries[i]->d_name, entries[i]->d_type);
  printf("%d entries in %s\n", count, name);
}

int main(void) {
  char text[100] = "";
  struct stat about;
  SHOW(mkdir("folder", 0755));
  SHOW(mkdir("folder", 0755));
  SHOW(open("folder", O_WRONLY));
  SHOW(open("folder", O_RDWR | O_CREAT, 0644));
  SHOW(open("none", O_RDONLY));
  SHOW(open("", O_RDONLY));
  int file = open("folder/file", O_RDWR | O_CREAT | O_EXCL, 0644);
  SHOW(file);
  SHOW(write(file, "what is written", 15));
  SHOW(open("folder/file", O_RDWR | O_CREAT | O_EXCL, 0644));
  SHOW(open("folder/file/below", O_RDONLY));
  SHOW(open("folder/file/", O_RDONLY));
  SHOW(open("folder/file", O_RDONLY | O_DIRECTORY));
  SHOW(pread(file, text, 4, 8));
  SHOW(pwrite(file, "WAS", 3, 5));
  SHOW(pread(file, text, 99, 0));
  puts(text);
  SHOW(lseek(file, 0, SEEK_CUR));
  SHOW(lseek(file, -1, SEEK_SET));
  SHOW(lseek(file, 0, 9));
  int folder = open("folder", O_RDONLY | O_DIRECTORY);
  SHOW(folder);
  SHOW(read(folder, text, 1));
  SHOW(write(folder, text, 1));
  int appending = openat(folder, "file", O_WRONLY | O_APPEND);
  SHOW(appending);
  SHOW(write(appending, ", and more", 10));
  SHOW(fcntl(appending, F_GETFL) & (O_ACCMODE | O_APPEND));
  SHOW(read(appending, text, 1));
  SHOW(openat(file, "file", O_RDONLY));
  SHOW(openat(77, "file", O_RDONLY));
  SHOW(fstat(file, &about));
  SHOW(about.st_size);
  SHOW(S_ISREG(about.st_mode));
  SHOW(stat("folder", &about));
  SHOW(S_ISDIR(about.st_mode));
  char *mapped = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, file, 0);
  printf("%.25s|%d\n", mapped, mapped[100]);
  SHOW(mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, appending, 0) == MAP_FAILED);
  SHOW(mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, file, 100) == MAP_FAILED);
  SHOW(ftruncate(file, 4));
  SHOW(lseek(file, 0, SEEK_END));
  list(".");
  list("folder");
  SHOW(rename("folder/file", "folder/other"));
  SHOW(unlink("folder/file"));
  SHOW(unlink("folder"));
  SHOW(rmdir("folder"));
  SHOW(rmdir("folder/other"));
  for (int i = 0; i < 700; i++) {
    char name[100];
    sprintf(name, "folder/%050d", i);
    close(open(name, O_WRONLY | O_CREAT, 0600));
  }
  list("folder");
  SHOW(access("folder/other", R_OK));
  SHOW(unlink("folder/other"));
  SHOW(access("folder/other", R_OK));
  int copy = dup(file);
  SHOW(lseek(copy, 2, SEEK_SET));
  SHOW(lseek(file, 0, SEEK_CUR));
  SHOW(close(file));
  SHOW(write(copy, "x", 1));
  return 0;
}
