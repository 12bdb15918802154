using Akka.Actor;

namespace Bench;

/// <summary>The sending actors of the remoting rows. Each signals when everything it sent has been answered.</summary>
internal static class RemoteFlow
{
    public const string Credit = "credit";

    /// <summary>Messages that one credit allows.</summary>
    public static int BurstOf(object message) => message is byte[] { Length: > 10_000 } ? 64 : 1_000;

    public sealed record Work(IActorRef Target, object Message, int Count, int Window, CountdownEvent Done);

    /// <summary>Keeps a window of messages in flight to an echo.</summary>
    public sealed class Pinger : UntypedActor
    {
        private Work? _work;
        private int _sent;
        private int _answered;

        protected override void OnReceive(object message)
        {
            if (message is Work work)
            {
                _work = work;
                _sent = _answered = 0;
                while (_sent < work.Window && _sent < work.Count) Send();
                return;
            }

            if (_sent < _work!.Count) Send();
            if (++_answered == _work.Count) _work.Done.Signal();
        }

        private void Send()
        {
            _sent++;
            _work!.Target.Tell(_work.Message, Self);
        }
    }

    /// <summary>Sends one way, with so many bursts on the way at a time.</summary>
    public sealed class Sender : UntypedActor
    {
        private const int BurstsInFlight = 4;

        private Work? _work;
        private int _burst;
        private int _sent;
        private int _answered;

        protected override void OnReceive(object message)
        {
            if (message is Work work)
            {
                _work = work;
                _burst = BurstOf(work.Message);
                _sent = _answered = 0;
                for (int i = 0; i < BurstsInFlight; i++) SendBurst();
                return;
            }

            _answered += _burst;
            if (_sent < _work!.Count) SendBurst();
            else if (_answered >= _sent) _work.Done.Signal();
        }

        private void SendBurst()
        {
            for (int i = 0; i < _burst; i++) _work!.Target.Tell(_work.Message, Self);
            _sent += _burst;
        }
    }
}
