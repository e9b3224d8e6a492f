/* A disk that fails at a chosen moment. Preloaded, it counts the writing operations on the files below a folder; the N-th of them
   fails, as the test asks: no space left (from then on), an input/output error (once), or a write that stops half-way (once). */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

enum { NO_SPACE = 1, IO_ERROR = 2, SHORT_WRITE = 3 };

static char folder[1024];
static long counted, fails_at;
static int how;

void arm(const char *below, long nth, int kind) {
    snprintf(folder, sizeof folder, "%s", below);
    counted = 0;
    fails_at = nth;
    how = kind;
}

long operations(void) { return counted; }

void disarm(void) { folder[0] = 0; }

static int is_ours(int fd) {
    char link[64], path[1024];
    if (!folder[0]) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return strncmp(path, folder, strlen(folder)) == 0;
}

/* Whether this operation fails; sets errno. *half says that it is to be done for half. */
static int fails(int fd, int *half) {
    *half = 0;
    if (!is_ours(fd)) return 0;
    counted++;
    if (how == NO_SPACE && counted >= fails_at) { errno = ENOSPC; return 1; }
    if (counted != fails_at) return 0;
    if (how == IO_ERROR) { errno = EIO; return 1; }
    *half = how == SHORT_WRITE;
    return 0;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int fd, const void *data, size_t size) {
    int half;
    if (fails(fd, &half)) return -1;
    return REAL(write)(fd, data, half && size > 1 ? size / 2 : size);
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t at) {
    int half;
    if (fails(fd, &half)) return -1;
    return REAL(pwrite)(fd, data, half && size > 1 ? size / 2 : size, at);
}

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at) {
    int half;
    if (fails(fd, &half)) return -1;
    return REAL(pwrite64)(fd, data, half && size > 1 ? size / 2 : size, at);
}

int fsync(int fd) {
    int half;
    return fails(fd, &half) ? -1 : REAL(fsync)(fd);
}

int fdatasync(int fd) {
    int half;
    return fails(fd, &half) ? -1 : REAL(fdatasync)(fd);
}

int ftruncate(int fd, off_t size) {
    int half;
    return fails(fd, &half) ? -1 : REAL(ftruncate)(fd, size);
}

int ftruncate64(int fd, off64_t size) {
    int half;
    return fails(fd, &half) ? -1 : REAL(ftruncate64)(fd, size);
}
