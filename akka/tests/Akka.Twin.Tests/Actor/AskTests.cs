using System;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Actor.Internal;
using Xunit;

namespace Akka.Twin.Tests.Actor;

public sealed class AskTests : SystemFixture
{
    [Fact]
    public void A_question_takes_no_place_under_temp_unless_somebody_asks_for_its_path()
    {
        VirtualPathContainer temp = Temp;
        TaskCompletionSource gate = new();
        IActorRef actor = Sys.ActorOf(new Script
        {
            OnMessage = (self, m) =>
            {
                if (m is "path") Report(self.Sender.Path);
                else gate.Task.Wait(Limit);
                self.Sender.Tell("answer");
            },
        }.Props);
        Task<string> plain = actor.Ask<string>("plain", Limit);
        Task<string> named = actor.Ask<string>("path", Limit);
        Assert.Empty(temp.Children);
        gate.SetResult();
        Await(plain);
        Assert.StartsWith("akka://test/temp/$", Next().ToString());
        Await(named);
        Assert.Empty(temp.Children);
    }

    [Fact]
    public void An_answer_that_comes_by_the_path_finds_its_question()
    {
        IActorRef actor = Sys.ActorOf(new Script
        {
            OnMessage = (self, _) => self.Own.ActorSelection(self.Sender.Path).Tell("by path"),
        }.Props);
        Assert.Equal("by path", Await(actor.Ask<string>("?", Limit)));
        IActorRef resolving = Sys.ActorOf(new Script
        {
            OnMessage = (self, _) => ((ExtendedActorSystem)Sys).Provider.ResolveActorRef(self.Sender.Path.ToSerializationFormat()).Tell("resolved"),
        }.Props);
        Assert.Equal("resolved", Await(resolving.Ask<string>("?", Limit)));
        Assert.Empty(Temp.Children);
    }

    [Fact]
    public void Whoever_watches_a_question_hears_of_its_end_once()
    {
        foreach (bool answered in new[] { true, false })
        {
            TaskCompletionSource<IActorRef> asker = new();
            IActorRef silent = Sys.ActorOf(new Script { OnMessage = (self, _) => asker.SetResult(self.Sender) }.Props);
            Task<string> answer = silent.Ask<string>("?", answered ? Limit : TimeSpan.FromMilliseconds(50));
            IActorRef question = Await(asker.Task);
            IActorRef watcher = Sys.ActorOf(new Script
            {
                OnPreStart = self => self.Own.Watch(question),
                OnMessage = (self, m) =>
                {
                    if (m is Terminated t) Report(t.ActorRef);
                    else if (m is "again") self.Own.Watch(question);
                },
            }.Props);
            Drain(watcher);
            if (answered) question.Tell("answer");
            Assert.Same(question, Next());
            // A watch that comes late is answered at once.
            watcher.Tell("again");
            Assert.Same(question, Next());
            Drain(watcher);
            Assert.Empty(Rest());
            if (answered) Assert.Equal("answer", Await(answer));
            else Assert.IsType<AskTimeoutException>(Assert.Throws<AggregateException>(() => answer.Wait(Limit)).InnerException);
        }
    }

    [Fact]
    public void A_watch_that_was_taken_back_brings_nothing()
    {
        TaskCompletionSource<IActorRef> asker = new();
        IActorRef silent = Sys.ActorOf(new Script { OnMessage = (self, _) => asker.SetResult(self.Sender) }.Props);
        Task<string> answer = silent.Ask<string>("?", Limit);
        IActorRef question = Await(asker.Task);
        IActorRef watcher = Sys.ActorOf(new Script
        {
            OnPreStart = self =>
            {
                self.Own.Watch(question);
                self.Own.Unwatch(question);
            },
            OnMessage = (_, m) => Report(m),
        }.Props);
        Drain(watcher);
        question.Tell("answer");
        Await(answer);
        Drain(watcher);
        Assert.Empty(Rest());
    }

    [Fact]
    public void Timers_that_are_used_again_neither_fire_early_nor_get_lost()
    {
        IActorRef actor = Sys.ActorOf(new Script { OnMessage = (self, m) => { if (m is "answer") self.Sender.Tell(m); } }.Props);
        for (int i = 0; i < 20; i++)
        {
            Task<string>[] answered = new Task<string>[50];
            for (int j = 0; j < answered.Length; j++) answered[j] = actor.Ask<string>("answer", Limit);
            Task<string> late = actor.Ask<string>("silence", TimeSpan.FromMilliseconds(1));
            foreach (Task<string> task in answered) Assert.Equal("answer", Await(task));
            Assert.IsType<AskTimeoutException>(Assert.Throws<AggregateException>(() => late.Wait(Limit)).InnerException);
        }
    }

    private VirtualPathContainer Temp => (VirtualPathContainer)((ExtendedActorSystem)Sys).Provider.TempContainer;
}
