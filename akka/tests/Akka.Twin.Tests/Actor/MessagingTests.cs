using System;
using System.Linq;
using System.Threading.Tasks;
using Akka.Actor;
using Xunit;

namespace Akka.Twin.Tests.Actor;

public sealed class MessagingTests : SystemFixture
{
    [Fact]
    public void A_message_reaches_the_handler_of_its_type_and_is_answered()
    {
        IActorRef echo = Sys.ActorOf(Props.Create(() => new Echo()), "echo");
        Assert.Equal("hello", Await(echo.Ask<string>("hello", Limit)));
        Assert.Equal(7, Await(echo.Ask<int>(6, Limit)));
        Assert.Equal("akka://test/user/echo", echo.Path.ToString());
    }

    private sealed class Echo : ReceiveActor
    {
        public Echo()
        {
            Receive<string>(text => Sender.Tell(text));
            Receive<int>(number => Sender.Tell(number + 1));
        }
    }
}
