package main

import "github.com/spf13/cobra"

func isaCommand() *cobra.Command {
	return group("isa", "Compare the instruction set with other tools",
		"isa compares the encoder, the decoder and the reference machine with tools that share no code with them.",
		matrixCommand(), exhaustCommand(), versusQemuCommand(), judgeCommand())
}
