rc 1
