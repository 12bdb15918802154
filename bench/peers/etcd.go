package main

import (
	"context"
	"math/rand"
	"time"

	"go.etcd.io/etcd/clientv3"
)

// Each client has a connection of its own, as the RESP clients have. Reads are etcd's default: linearizable.
type etcdClient struct {
	settings
	connection *clientv3.Client
}

func connectEtcd(s settings, number int) (client, error) {
	connection, err := clientv3.New(clientv3.Config{Endpoints: []string{s.addresses[number%len(s.addresses)]}, DialTimeout: 5 * time.Second})
	return &etcdClient{s, connection}, err
}

func (c *etcdClient) round(random *rand.Rand) (int, error) {
	var err error
	name := key(random.Intn(c.keys))
	if c.get {
		_, err = c.connection.Get(context.Background(), name)
	} else {
		_, err = c.connection.Put(context.Background(), name, string(c.value))
	}
	if err != nil {
		return 1, nil
	}
	return 0, nil
}
