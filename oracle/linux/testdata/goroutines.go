// A program with goroutines that share channels, mutexes and timers, on threads that the runtime starts as it likes.
package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"sort"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

func workers() {
	var group sync.WaitGroup
	var mutex sync.RWMutex
	totals := map[int]int{}
	var counted atomic.Int64
	jobs, results := make(chan int), make(chan int, 4)
	for worker := range 12 {
		group.Go(func() {
			for job := range jobs {
				sum := 0
				for j := range 2000 {
					sum += j % (job + 1)
				}
				mutex.Lock()
				totals[job] = sum
				mutex.Unlock()
				counted.Add(1)
				results <- job*1000 + worker*0
			}
		})
	}
	go func() {
		for job := range 60 {
			jobs <- job
		}
		close(jobs)
		group.Wait()
		close(results)
	}()
	var list []int
	for r := range results {
		list = append(list, r)
	}
	sort.Ints(list)
	fmt.Println(len(totals), counted.Load(), list[:5], list[55:], totals[59])
}

// spin never calls anything: only a signal takes the processor from it.
func spin(stop *atomic.Bool) {
	for !stop.Load() {
	}
}

func try(name string, f func()) {
	defer func() {
		err, ok := recover().(error)
		var fault runtime.Error
		fmt.Println(name, ok, errors.As(err, &fault), err)
	}()
	f()
}

func runtimeServices() {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Millisecond)
	defer cancel()
	<-ctx.Done()
	fmt.Println(ctx.Err())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGUSR1)
	syscall.Kill(os.Getpid(), syscall.SIGUSR1)
	fmt.Println(<-signals)
	var garbage [][]byte
	for i := range 300 {
		garbage = append(garbage[:i%50], make([]byte, 10000))
	}
	runtime.GC()
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	fmt.Println(memory.NumGC > 0, len(garbage))
}

func throughPipe() {
	reader, writer, err := os.Pipe()
	if err != nil {
		panic(err)
	}
	go func() {
		time.Sleep(time.Millisecond)
		fmt.Fprint(writer, strings.Repeat("x", 100000))
		writer.Close()
	}()
	buffered := bufio.NewReaderSize(reader, 1000)
	count := 0
	for {
		if _, err := buffered.ReadByte(); err != nil {
			fmt.Println(count, err)
			break
		}
		count++
	}
}

func main() {
	runtime.GOMAXPROCS(4)
	fmt.Println(os.Args[1:])
	scanner := bufio.NewScanner(os.Stdin)
	for scanner.Scan() {
		fmt.Println("input:", scanner.Text())
	}
	workers()
	var stop atomic.Bool
	for range 6 {
		go spin(&stop)
	}
	time.Sleep(20 * time.Millisecond)
	stop.Store(true)
	var null *[100]int
	index := len(os.Args) + 200
	try("null", func() { fmt.Println(null[3]) })
	try("index", func() { fmt.Println(make([]int, 3)[index]) })
	try("division", func() { fmt.Println(index / (index - index)) })
	runtimeServices()
	throughPipe()
	ticker := time.NewTicker(time.Millisecond)
	for range 3 {
		<-ticker.C
	}
	select {
	case <-make(chan int):
	case <-time.After(2 * time.Millisecond):
		fmt.Println("timeout")
	}
	fmt.Fprintln(os.Stderr, "done")
	os.Exit(3)
}
