// Load for servers that replicate: the same clients, keys, values and clock for RESP servers and for etcd.
//
//	load resp -addr host:port[,host:port…] -clients 50 -pipeline 16 -op set|get -wait 1 -aware
//	load etcd -addr host:port[,host:port…] -clients 64 -op set|get
//
// Prints one line: operations/s, median and 99th percentile of a round trip in ms, errors. A round trip is one write of `pipeline`
// commands and the reading of all their replies; a client has one at a time.
package main

import (
	"flag"
	"fmt"
	"math/rand"
	"os"
	"sort"
	"strings"
	"sync"
	"time"
)

// client does one round trip and says how many of its operations failed.
type client interface {
	round(random *rand.Rand) (failed int, err error)
}

type settings struct {
	addresses []string
	clients   int
	pipeline  int
	get       bool
	wait      int
	aware     bool
	keys      int
	value     []byte
}

func main() {
	if len(os.Args) < 2 {
		fail("load resp|etcd [options]")
	}
	flags := flag.NewFlagSet(os.Args[1], flag.ExitOnError)
	addresses := flags.String("addr", "127.0.0.1:6379", "servers, by comma")
	clients := flags.Int("clients", 50, "connections")
	pipeline := flags.Int("pipeline", 1, "operations per round trip")
	op := flags.String("op", "set", "set or get")
	wait := flags.Int("wait", 0, "WAIT for so many replicas behind each SET")
	aware := flags.Bool("aware", false, "each client to a node that leads its keys")
	keys := flags.Int("keys", 100000, "how many keys")
	bytes := flags.Int("value", 100, "bytes of a value")
	seconds := flags.Float64("seconds", 3, "measured time")
	warm := flags.Float64("warm", 1, "time before, not measured")
	flags.Parse(os.Args[2:])
	s := settings{strings.Split(*addresses, ","), *clients, *pipeline, *op == "get", *wait, *aware, *keys, []byte(strings.Repeat("x", *bytes))}

	var connect func(s settings, number int) (client, error)
	switch os.Args[1] {
	case "resp":
		connect = connectResp
	case "etcd":
		connect = connectEtcd
	default:
		fail("load resp|etcd [options]")
	}

	for i := 0; i < s.keys; i++ {
		names = append(names, fmt.Sprintf("key:%012d", i))
	}

	all := make([]client, s.clients)
	for i := range all {
		c, err := connect(s, i)
		if err != nil {
			fail(err.Error())
		}
		all[i] = c
	}

	begin := time.Now().Add(time.Duration(*warm * float64(time.Second)))
	end := begin.Add(time.Duration(*seconds * float64(time.Second)))
	times := make([][]time.Duration, s.clients)
	failed := make([]int, s.clients)
	var group sync.WaitGroup
	for i, c := range all {
		group.Add(1)
		go func(i int, c client) {
			defer group.Done()
			random := rand.New(rand.NewSource(int64(i) + 1))
			sent := time.Now()
			for sent.Before(end) {
				n, err := c.round(random)
				if err != nil {
					fail(err.Error())
				}
				now := time.Now()
				// Counted when answered: what began before the measured time and ended within it makes up for what runs over its end.
				if now.After(begin) && now.Before(end) {
					times[i] = append(times[i], now.Sub(sent))
					failed[i] += n
				}
				sent = now
			}
		}(i, c)
	}
	group.Wait()

	var sorted []time.Duration
	errors := 0
	for i := range times {
		sorted = append(sorted, times[i]...)
		errors += failed[i]
	}
	if len(sorted) == 0 {
		fail("nothing was answered in time")
	}
	sort.Slice(sorted, func(a, b int) bool { return sorted[a] < sorted[b] })
	at := func(share float64) float64 {
		return float64(sorted[int(share*float64(len(sorted)-1))]) / float64(time.Millisecond)
	}
	fmt.Printf("%.0f %.3f %.3f %d\n", float64(len(sorted)*s.pipeline)/(*seconds), at(0.5), at(0.99), errors)
}

// key is the name of a key, made before anything is measured.
func key(number int) string { return names[number] }

var names []string

func fail(text string) {
	fmt.Fprintln(os.Stderr, "load:", text)
	os.Exit(1)
}
