using System;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Akka.Remote;

/// <summary>Holds back the end of the system, once its user actors are gone, until remoting has sent what they sent last.</summary>
internal sealed class RemotingTerminator : UntypedActor
{
    private readonly Remoting _remoting;
    private readonly IActorRef _systemGuardian;

    public RemotingTerminator(Remoting remoting, IActorRef systemGuardian)
    {
        _remoting = remoting;
        _systemGuardian = systemGuardian;
    }

    protected override void PreStart() => _systemGuardian.Tell(RegisterTerminationHook.Instance, Self);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case TerminationHook:
                _remoting.Shutdown().WaitAsync(_remoting.Settings.ShutdownTimeout).PipeTo(
                    Self, success: static () => Closed.Instance, failure: static e => new Status.Failure(e));
                break;
            case Status.Failure failure:
                _remoting.Log.Error(failure.Cause, "Remoting did not shut down in order");
                Finish();
                break;
            case Closed:
                Finish();
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    // Also when the system ends without asking the hooks (Abort): the port must not stay open.
    protected override void PostStop() => _remoting.Shutdown();

    private void Finish()
    {
        _systemGuardian.Tell(TerminationHookDone.Instance, Self);
        Context.Stop(Self);
    }

    private sealed class Closed
    {
        public static readonly Closed Instance = new();
    }
}
