using System.Threading.Channels;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Cluster.Actors.Peers;
using Cluster.Actors.Shards;
using Cluster.Actors.Shards.Core;
using Cluster.Storage;
using Cluster.Storage.Time;
using Xunit;

namespace Cluster.Actors.Tests.Peers;

/// <summary>Two nodes' gates over real remoting in one process.</summary>
public sealed class PeerLinkTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private static readonly Guid ClusterId = Guid.NewGuid();
    private readonly List<Side> _sides = [];

    [Fact]
    public async Task Messages_arrive_whole_and_in_order_in_both_directions()
    {
        var (a, b) = await Link();
        for (int i = 1; i <= 2000; i++)
        {
            a.Peers.Send(b.Node, 7, Ack(i));
            b.Peers.Send(a.Node, 7, Ack(-i));
        }

        for (int i = 1; i <= 2000; i++)
        {
            Assert.Equal(i, await b.NextAck());
            Assert.Equal(-i, await a.NextAck());
        }
    }

    [Fact]
    public async Task A_message_above_the_frame_limit_arrives_in_one_piece_and_keeps_nothing_but_forwards_waiting()
    {
        var (a, b) = await Link();
        var value = new byte[40 << 20];
        new Random(1).NextBytes(value);
        var batch = CommandBatch.Rent();
        batch.Add(CommandKind.Set, "large"u8, value);
        a.Peers.Send(b.Node, 7, new ForwardRequest(1, 1, 1, batch));
        var request = Assert.IsType<ForwardRequest>(await b.Next());
        Assert.True(request.Batch.Value(0).SequenceEqual(value));
        request.Release();
    }

    [Fact]
    public async Task A_large_message_on_its_way_does_not_hold_up_what_replicas_stay_in_touch_by()
    {
        var (a, b) = await Link();
        for (int i = 1; i <= 2; i++)
        {
            var batch = CommandBatch.Rent();
            batch.Add(CommandKind.Set, "large"u8, new byte[60 << 20]);
            a.Peers.Send(b.Node, 7, new ForwardRequest(1, i, 1, batch));
        }

        a.Peers.Send(b.Node, 7, Ack(1));
        a.Peers.Send(b.Node, 7, Ack(2));
        var order = new List<string>();
        for (int i = 0; i < 4; i++)
        {
            var message = await b.Next();
            order.Add(message is ForwardRequest request ? $"request {request.Number}" : $"ack {((AckMessage)message).Ack.Echo}");
            message.Release();
        }

        Assert.True(order.IndexOf("ack 1") < order.IndexOf("ack 2") && order.IndexOf("ack 2") < order.IndexOf("request 2"), string.Join(", ", order));
        Assert.True(order.IndexOf("request 1") < order.IndexOf("request 2"));
    }

    [Fact]
    public async Task Chunks_of_a_snapshot_go_when_nothing_else_waits_and_all_arrive()
    {
        var (a, b) = await Link();
        const int Chunks = 64;
        var chunk = new byte[256 << 10];
        for (int i = 0; i < Chunks; i++) a.Peers.Send(b.Node, 7, new SnapshotAnswer(i, SnapshotOutcome.Chunk, new ReceivedBytes(chunk)));
        a.Peers.Send(b.Node, 7, Ack(1));
        long next = 0;
        int before = -1;
        while (next < Chunks || before < 0)
        {
            var message = await b.Next();
            if (message is SnapshotAnswer answer) Assert.Equal(next++, answer.Stream);
            else before = (int)next;
        }

        // Of 16 MiB of chunks only those that may be unconfirmed had gone.
        Assert.InRange(before, 0, Chunks - 1);
    }

    [Fact]
    public async Task A_node_that_comes_back_as_a_new_process_is_linked_again_and_its_loss_is_told()
    {
        var (a, b) = await Link();
        var lost = a.Events.Reader;
        int port = b.Port;
        var node = b.Node;
        await b.Stop();
        var again = Start(node, port, ClusterId);
        again.Know(a);
        while (await lost.ReadAsync().AsTask().WaitAsync(Limit) is not PeerLost)
        {
        }

        await a.Up();
        await again.Up();
        a.Peers.Send(node, 7, Ack(5));
        Assert.Equal(5, await again.NextAck());
    }

    [Fact]
    public async Task A_node_of_another_cluster_gets_no_link()
    {
        var a = Start(Guid.NewGuid(), 0, ClusterId);
        var b = Start(Guid.NewGuid(), 0, Guid.NewGuid());
        var refusal = b.Warning("refuses the link");
        a.Know(b);
        b.Know(a);
        Assert.Contains("belongs to cluster", await refusal.WaitAsync(Limit));
        Assert.False(a.Events.Reader.TryRead(out _));
    }

    [Fact]
    public async Task A_node_with_another_number_of_shards_gets_a_link()
    {
        var a = Start(Guid.NewGuid(), 0, ClusterId, shards: 64);
        var b = Start(Guid.NewGuid(), 0, ClusterId, shards: 16);
        var refusal = b.Warning("refuses the link");
        a.Know(b);
        b.Know(a);
        Assert.Contains("has 64 shards, not 16", await refusal.WaitAsync(Limit));
        Assert.False(a.Events.Reader.TryRead(out _));
    }

    [Fact]
    public async Task A_shard_beyond_the_256th_gets_what_is_meant_for_another()
    {
        var (a, b) = await Link();
        a.Peers.Send(b.Node, 7 + 256, Ack(1));
        a.Peers.Send(b.Node, 7 + 65536, Ack(2));
        a.Peers.Send(b.Node, 7, Ack(3));
        Assert.Equal(3, await b.NextAck());
    }

    [Fact]
    public void A_message_to_an_unknown_node_is_released_at_once()
    {
        var bytes = new CountedBytes();
        new NodePeers().Send(Guid.NewGuid(), 1, new PullAnswerMessage(default, bytes));
        Assert.Equal(1, bytes.Released);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var side in _sides) await side.Stop();
    }

    private static AckMessage Ack(long value) => new(new Ack { Echo = value });

    private async Task<(Side, Side)> Link()
    {
        var a = Start(Guid.NewGuid(), 0, ClusterId);
        var b = Start(Guid.NewGuid(), 0, ClusterId);
        a.Know(b);
        b.Know(a);
        await Task.WhenAll(a.Up(), b.Up());
        return (a, b);
    }

    private Side Start(Guid node, int port, Guid cluster, int shards = 0)
    {
        var side = new Side(node, port, cluster, shards);
        _sides.Add(side);
        return side;
    }

    private sealed class CountedBytes : RecordBytes
    {
        public int Released { get; private set; }

        public override int Length => 0;

        public override void CopyTo(Span<byte> to)
        {
        }

        public override void Release() => Released++;
    }

    private sealed class Side
    {
        private readonly ActorSystem _system;
        private readonly IActorRef _gate;
        private readonly Channel<ShardMessage> _inbound = Channel.CreateUnbounded<ShardMessage>();

        public Side(Guid node, int port, Guid cluster, int shards)
        {
            Node = node;
            _system = ActorSystem.Create("links", ConfigurationFactory.ParseString($$"""
                akka {
                  loglevel = ERROR
                  stdout-loglevel = OFF
                  loggers = ["Akka.Event.DefaultLogger"]
                  log-dead-letters = off
                  actor {
                    provider = remote
                    serializers {
                      frame = "Cluster.Actors.Peers.PeerFrameSerializer, Cluster.Actors"
                      control = "Cluster.Actors.Wire.ControlSerializer, Cluster.Actors"
                    }
                    serialization-bindings {
                      "Cluster.Actors.Peers.PeerFrame, Cluster.Actors" = frame
                      "Cluster.Actors.Wire.IControlMessage, Cluster.Actors" = control
                    }
                  }
                  remote {
                    retry-gate-closed-for = 100ms
                    log-remote-lifecycle-events = off
                    dot-netty.tcp { hostname = "127.0.0.1", port = {{port}}, maximum-frame-size = 4MiB }
                  }
                }
                """));
            var address = ((ExtendedActorSystem)_system).Provider.DefaultAddress;
            Port = address.Port!.Value;
            Remote = new PeerAddress(node, $"node-{Port}", address);
            var inbound = _inbound;
            Peers.Register(7, _system.ActorOf(Props.Create(() => new Sink<ShardInbound>(m => inbound.Writer.TryWrite(m.Message)))));
            var events = Events;
            var listener = _system.ActorOf(Props.Create(() => new Sink<object>(m => events.Writer.TryWrite(m))));
            _system.EventStream.Subscribe(listener, typeof(PeerUp));
            _system.EventStream.Subscribe(listener, typeof(PeerLost));
            var settings = new PeerSettings
            {
                ClusterId = cluster,
                Node = node,
                NodeName = Remote.Name,
                ProcessId = Random.Shared.NextInt64(),
                ShardCount = shards,
                HeartbeatInterval = TimeSpan.FromMilliseconds(500),
            };
            var parent = _system.ActorOf(Props.Create(() => new Parent(settings, Peers)), "node");
            _gate = parent;
        }

        public Guid Node { get; }

        public int Port { get; }

        public PeerAddress Remote { get; }

        public NodePeers Peers { get; } = new();

        public Channel<object> Events { get; } = Channel.CreateUnbounded<object>();

        public void Know(Side other) => _gate.Tell(new PeersChanged([other.Remote, Remote]));

        /// <summary>Waits for a link. On a machine that pauses one may be lost and made anew before.</summary>
        public async Task Up()
        {
            while (await Events.Reader.ReadAsync().AsTask().WaitAsync(Limit) is not PeerUp)
            {
            }
        }

        public async Task<ShardMessage> Next() => await _inbound.Reader.ReadAsync().AsTask().WaitAsync(Limit);

        public async Task<long> NextAck() => Assert.IsType<AckMessage>(await Next()).Ack.Echo;

        public Task<string> Warning(string containing)
        {
            var found = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
            var listener = _system.ActorOf(Props.Create(() => new Sink<LogEvent>(e => Matching(e, containing, found))));
            _system.EventStream.Subscribe(listener, typeof(LogEvent));
            return found.Task;
        }

        public async Task Stop() => await _system.Terminate().WaitAsync(Limit);

        private static void Matching(LogEvent e, string containing, TaskCompletionSource<string> found)
        {
            if (e.Message.ToString()!.Contains(containing, StringComparison.Ordinal)) found.TrySetResult(e.Message.ToString()!);
        }
    }

    /// <summary>Puts the gate where nodes have it: /user/node/peers.</summary>
    private sealed class Parent : ReceiveActor
    {
        public Parent(PeerSettings settings, NodePeers peers)
        {
            var gate = Context.ActorOf(PeerGate.Props(settings, peers, new NodeClocks(new HybridClock(TimeProvider.System), TimeProvider.System)), PeerGate.Name);
            ReceiveAny(m => gate.Forward(m));
        }
    }

    private sealed class Sink<T> : ReceiveActor
    {
        public Sink(Action<T> take) => Receive(take);
    }
}
