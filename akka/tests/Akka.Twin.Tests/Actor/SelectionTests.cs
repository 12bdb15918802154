using System.Linq;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Event;
using Xunit;

namespace Akka.Twin.Tests.Actor;

public sealed class SelectionTests : SystemFixture
{
    [Fact]
    public void A_selection_finds_by_absolute_relative_and_full_path_and_by_patterns()
    {
        Script leaf = new() { OnMessage = (self, m) => Report(self.Self.Path.Name + ":" + m) };
        Script parent = new()
        {
            OnPreStart = self =>
            {
                self.Own.ActorOf(leaf.Props, "a1");
                self.Own.ActorOf(leaf.Props, "a2");
                self.Own.ActorOf(leaf.Props, "b");
            },
            OnMessage = (self, m) => self.Own.ActorSelection((string)m).Tell("rel"),
        };
        IActorRef p = Sys.ActorOf(parent.Props, "p");
        Drain(p);
        Sys.ActorSelection("/user/p/b").Tell(1);
        Sys.ActorSelection("akka://test/user/p/b").Tell(2);
        Sys.ActorSelection(p.Path / "b").Tell(3);
        Assert.Equal(new object[] { "b:1", "b:2", "b:3" }, Next(3));
        p.Tell("a1");
        p.Tell("../p/b");
        Assert.Equal(new object[] { "a1:rel", "b:rel" }, Next(2).Order());
        Sys.ActorSelection("/user/p/a*").Tell("star");
        Assert.Equal(new object[] { "a1:star", "a2:star" }, Next(2).Order());
        Sys.ActorSelection("/user/?/b").Tell("mark");
        Assert.Equal("b:mark", Next());
        Sys.ActorSelection("/user/p/**").Tell("all");
        Assert.Equal(new object[] { "a1:all", "a2:all", "b:all" }, Next(3).Order());
    }

    [Fact]
    public async Task Sending_to_nobody_never_fails_and_only_resolving_tells()
    {
        IActorRef letters = Sys.ActorOf(new Script { OnMessage = (_, m) => Report(((DeadLetter)m).Message) }.Props);
        Sys.EventStream.Subscribe<DeadLetter>(letters);
        ActorSelection nowhere = Sys.ActorSelection("/user/nobody/there");
        nowhere.Tell("lost");
        Assert.Equal("lost", Next());
        Assert.Null((await nowhere.Ask<ActorIdentity>(new Identify(7), Limit)).Subject);
        await Assert.ThrowsAsync<ActorNotFoundException>(() => nowhere.ResolveOne(Limit));
        await Assert.ThrowsAsync<ActorNotFoundException>(() => Sys.ActorSelection("/user/no*").ResolveOne(Limit));
        Assert.Null((await Sys.ActorSelection("/user/no*/x").Ask<ActorIdentity>(new Identify(8), Limit)).Subject);
    }

    [Fact]
    public void Places_without_a_cell_can_be_selected_too()
    {
        Assert.Equal(Sys.DeadLetters.Path, ((ExtendedActorSystem)Sys).Provider.ResolveActorRef("akka://test/deadLetters").Path);
        IActorRef echo = Sys.ActorOf(new Script
        {
            OnMessage = (self, _) => self.Own.ActorSelection(self.Sender.Path).Tell("through the path"),
        }.Props);
        Assert.Equal("through the path", Await(echo.Ask<string>("x", Limit)));
    }
}
