// SPDX-License-Identifier: MIT
// All memory that the program gives back is overwritten first. Secrets pass through much that is not ours (the fields
// and the network of Qt, the keychain's library, OpenSSL), which copies them and frees the copies as they are.
#include <cstddef>

#if defined(__SANITIZE_ADDRESS__)

// The sanitizer has an allocator of its own, which can do the same. The name is its.
extern "C" const char* __asan_default_options();
extern "C" const char* __asan_default_options() {
    return "max_free_fill_size=1073741824:free_fill_byte=0";
}

#elif defined(__GLIBC__)

#include <cstdlib>
#include <cstring>
#include <malloc.h>

// NOLINTBEGIN(bugprone-reserved-identifier): the C library's own names.
extern "C" void __libc_free(void* block);
extern "C" void* __libc_realloc(void* block, std::size_t size);
// NOLINTEND(bugprone-reserved-identifier)

extern "C" void free(void* block) noexcept {
    if (block)
        explicit_bzero(block, malloc_usable_size(block));
    __libc_free(block);
}

extern "C" void* realloc(void* block, std::size_t size) noexcept {
    if (!block)
        return std::malloc(size);
    if (size == 0) {
        std::free(block);
        return nullptr;
    }
    const std::size_t before = malloc_usable_size(block);
    if (size <= before) {
        explicit_bzero(static_cast<char*>(block) + size, before - size);
        return __libc_realloc(block, size);
    }
    // The library's own way to grow leaves the old block as it is.
    void* fresh = std::malloc(size);
    if (!fresh)
        return nullptr;
    std::memcpy(fresh, block, before);
    std::free(block);
    return fresh;
}

#endif
