package main

import (
	"bufio"
	"fmt"
	"io"
	"math/rand"
	"net"
	"strconv"
	"strings"
)

type respClient struct {
	settings
	socket net.Conn
	in     *bufio.Reader
	out    []byte
	// The keys that this client takes; nil: all.
	own []int
}

func connectResp(s settings, number int) (client, error) {
	address := s.addresses[number%len(s.addresses)]
	var own []int
	if s.aware {
		first, err := dial(s, address)
		if err != nil {
			return nil, err
		}
		owner, leaders, err := first.slots()
		if err != nil {
			return nil, err
		}
		first.socket.Close()
		address = leaders[number%len(leaders)]
		own = ownKeys(s, owner, address)
	}
	c, err := dial(s, address)
	if err == nil {
		c.own = own
	}
	return c, err
}

// Clients connect one after the other, and those of one server have the same keys: looked for once, so that nothing is computed while servers wait.
var owned = map[string][]int{}

func ownKeys(s settings, owner [16384]string, address string) []int {
	own := owned[address]
	if own == nil {
		for i := 0; i < s.keys; i++ {
			if owner[slotOf(key(i))] == address {
				own = append(own, i)
			}
		}
		owned[address] = own
	}
	return own
}

func dial(s settings, address string) (*respClient, error) {
	socket, err := net.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	return &respClient{settings: s, socket: socket, in: bufio.NewReaderSize(socket, 64<<10)}, nil
}

func (c *respClient) round(random *rand.Rand) (int, error) {
	c.out = c.out[:0]
	for i := 0; i < c.pipeline; i++ {
		number := random.Intn(c.keys)
		if c.own != nil {
			number = c.own[random.Intn(len(c.own))]
		}
		if c.get {
			c.add("GET", key(number))
		} else {
			c.add("SET", key(number), string(c.value))
			if c.wait > 0 {
				c.add("WAIT", strconv.Itoa(c.wait), "0")
			}
		}
	}
	if _, err := c.socket.Write(c.out); err != nil {
		return 0, err
	}
	failed := 0
	for i := 0; i < c.pipeline; i++ {
		reply, err := c.read()
		if err != nil {
			return 0, err
		}
		bad := strings.HasPrefix(reply, "-")
		if c.wait > 0 && !c.get {
			if reply, err = c.read(); err != nil {
				return 0, err
			}
			held, _ := strconv.Atoi(strings.TrimPrefix(reply, ":"))
			bad = bad || held < c.wait
		}
		if bad {
			failed++
		}
	}
	return failed, nil
}

func (c *respClient) add(words ...string) {
	c.out = append(c.out, '*')
	c.out = strconv.AppendInt(c.out, int64(len(words)), 10)
	c.out = append(c.out, '\r', '\n')
	for _, word := range words {
		c.out = append(c.out, '$')
		c.out = strconv.AppendInt(c.out, int64(len(word)), 10)
		c.out = append(c.out, '\r', '\n')
		c.out = append(c.out, word...)
		c.out = append(c.out, '\r', '\n')
	}
}

// read returns the line of a reply, without its value.
func (c *respClient) read() (string, error) {
	line, err := c.line()
	if err != nil || line[0] != '$' {
		return line, err
	}
	length, err := strconv.Atoi(line[1:])
	if err == nil && length >= 0 {
		_, err = c.in.Discard(length + 2)
	}
	return line, err
}

func (c *respClient) line() (string, error) {
	line, err := c.in.ReadString('\n')
	if err != nil {
		return "", err
	}
	if len(line) < 3 {
		return "", io.ErrUnexpectedEOF
	}
	return line[:len(line)-2], nil
}

// value reads a whole reply: string, int64 or []any.
func (c *respClient) reply() (any, error) {
	line, err := c.line()
	if err != nil {
		return nil, err
	}
	switch line[0] {
	case '-':
		return nil, fmt.Errorf("%s", line)
	case ':':
		return strconv.ParseInt(line[1:], 10, 64)
	case '$':
		length, err := strconv.Atoi(line[1:])
		if err != nil || length < 0 {
			return "", err
		}
		text := make([]byte, length+2)
		_, err = io.ReadFull(c.in, text)
		return string(text[:length]), err
	case '*':
		length, err := strconv.Atoi(line[1:])
		items := make([]any, 0, length)
		for i := 0; err == nil && i < length; i++ {
			var item any
			item, err = c.reply()
			items = append(items, item)
		}
		return items, err
	}
	return line[1:], nil
}

// slots asks who leads which hash slot.
func (c *respClient) slots() (owner [16384]string, leaders []string, err error) {
	c.out = c.out[:0]
	c.add("CLUSTER", "SLOTS")
	if _, err = c.socket.Write(c.out); err != nil {
		return
	}
	answer, err := c.reply()
	if err != nil {
		return
	}
	seen := map[string]bool{}
	for _, row := range answer.([]any) {
		fields := row.([]any)
		leader := fields[2].([]any)
		address := fmt.Sprintf("%s:%d", leader[0], leader[1])
		if !seen[address] {
			seen[address] = true
			leaders = append(leaders, address)
		}
		for slot := fields[0].(int64); slot <= fields[1].(int64); slot++ {
			owner[slot] = address
		}
	}
	return
}

// slotOf is CRC16 (XMODEM) of the key modulo 16384; these keys have no tag.
func slotOf(key string) int {
	crc := uint16(0)
	for i := 0; i < len(key); i++ {
		crc ^= uint16(key[i]) << 8
		for bit := 0; bit < 8; bit++ {
			if crc&0x8000 != 0 {
				crc = crc<<1 ^ 0x1021
			} else {
				crc <<= 1
			}
		}
	}
	return int(crc % 16384)
}
