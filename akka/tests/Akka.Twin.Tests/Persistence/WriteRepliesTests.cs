using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Persistence;
using Akka.Persistence.Journal;
using Akka.Twin.Tests.Actor;
using Xunit;

namespace Akka.Twin.Tests.Persistence;

public class WriteRepliesTests : SystemFixture
{
    [Fact]
    public void Answers_come_in_the_order_of_the_requests_whoever_ends_first()
    {
        const int count = 2000;
        IActorRef actor = Sys.ActorOf(Props.Create(() => new Numbers(Report)));
        WriteReplies replies = new();
        List<WriteReplies.Write> writes = Enumerable.Range(1, count)
            .Select(number => replies.Begin(new WriteMessages([new AtomicWrite(new Persistent("e", number, "p"))], actor, 1), ActorRefs.Nobody))
            .ToList();
        int[] order = Enumerable.Range(0, count).ToArray();
        new Random(5).Shuffle(order);
        Parallel.ForEach(order, new ParallelOptions { MaxDegreeOfParallelism = 4 }, index =>
        {
            if (index % 7 == 0) writes[index].Failed(new InvalidOperationException());
            else writes[index].Stored(null);
        });
        for (long number = 1; number <= count; number++) Assert.Equal(number % 7 == 1 ? -number : number, Next());
    }

    private sealed class Numbers(Action<object> report) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            if (message is WriteMessageSuccess success) report(success.Persistent.SequenceNr);
            if (message is WriteMessageFailure failure) report(-failure.Persistent.SequenceNr);
        }
    }
}
