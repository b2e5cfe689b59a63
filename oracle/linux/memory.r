timeout: failed to run command ‘/tmp/mach3/rvfuzz’: No such file or directory
rc 127
