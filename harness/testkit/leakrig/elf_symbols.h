#pragma once

#include <cxxabi.h>
#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

/// Names of functions, also of those that the dynamic loader does not know: from the symbol tables of the
/// files.
namespace leakrig::testkit::detail {

inline std::string demangled(const std::string& name) {
  int status = 0;
  char* plain = abi::__cxa_demangle(name.c_str(), nullptr, nullptr, &status);
  const std::string text = status == 0 && plain != nullptr ? plain : name;
  std::free(plain);
  return text;
}

/// The file that a loaded address comes from, and how far it was moved; an empty path where there is none.
struct LoadedFile {
  std::uintptr_t address = 0;
  std::string path;
  std::uintptr_t moved_by = 0;
};

inline LoadedFile loaded_file(std::uintptr_t address) {
  LoadedFile file;
  file.address = address;
  ::dl_iterate_phdr(
      [](dl_phdr_info* object, std::size_t, void* wanted) {
        auto& found = *static_cast<LoadedFile*>(wanted);
        for (int i = 0; i < object->dlpi_phnum; ++i) {
          const auto& header = object->dlpi_phdr[i];
          const bool code = header.p_type == PT_LOAD && (header.p_flags & PF_X) != 0;
          if (!code || found.address - object->dlpi_addr - header.p_vaddr >= header.p_memsz) continue;
          const bool program = object->dlpi_name == nullptr || *object->dlpi_name == 0;
          found.path = program ? "/proc/self/exe" : object->dlpi_name;
          found.moved_by = object->dlpi_addr;
          return 1;
        }
        return 0;
      },
      &file);
  return file;
}

/// An ELF file of this machine's own kind, read piece by piece.
class ElfFile {
 public:
  explicit ElfFile(const std::string& path) : fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
  ElfFile(const ElfFile&) = delete;
  ElfFile& operator=(const ElfFile&) = delete;
  ~ElfFile() {
    if (fd_ >= 0) ::close(fd_);
  }

  /// The name of the function at an address as linked; empty where the file has none.
  std::string function_at(std::uintptr_t address) const {
    ElfW(Ehdr) header{};
    if (!read(0, &header, sizeof header) || header.e_shentsize != sizeof(ElfW(Shdr))) return {};
    std::vector<ElfW(Shdr)> sections(header.e_shnum);
    if (!read(header.e_shoff, sections.data(), sections.size() * sizeof(ElfW(Shdr)))) return {};
    for (const auto wanted : {SHT_SYMTAB, SHT_DYNSYM}) {
      for (const auto& section : sections) {
        if (section.sh_type != static_cast<ElfW(Word)>(wanted) || section.sh_link >= sections.size())
          continue;
        std::vector<ElfW(Sym)> symbols(section.sh_size / sizeof(ElfW(Sym)));
        if (!read(section.sh_offset, symbols.data(), symbols.size() * sizeof(ElfW(Sym)))) continue;
        for (const auto& symbol : symbols) {
          if (symbol.st_value != address || (symbol.st_info & 0xfU) != STT_FUNC) continue;
          char name[1024] = {};
          read_up_to(sections[section.sh_link].sh_offset + symbol.st_name, name, sizeof name - 1);
          return name;
        }
      }
    }
    return {};
  }

 private:
  ssize_t read_up_to(std::uint64_t offset, void* into, std::size_t bytes) const {
    return ::pread(fd_, into, bytes, static_cast<off_t>(offset));
  }
  bool read(std::uint64_t offset, void* into, std::size_t bytes) const {
    return read_up_to(offset, into, bytes) == static_cast<ssize_t>(bytes);
  }

  int fd_;
};

/// "Pool::run()"; empty where no function begins at that address, or its file has been stripped.
inline std::string function_at(std::uintptr_t address) {
  const LoadedFile file = loaded_file(address);
  if (file.path.empty()) return {};
  const std::string name = ElfFile(file.path).function_at(address - file.moved_by);
  return name.empty() ? name : demangled(name);
}

}  // namespace leakrig::testkit::detail
