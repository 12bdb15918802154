using System.Runtime.InteropServices;

namespace Cluster.Node.CommandLine;

/// <summary>Ctrl+C and SIGTERM as a cancellation, for verbs that end by themselves. A second one ends the process at once.</summary>
internal sealed class InterruptSignals : IDisposable
{
    private readonly CancellationTokenSource _source;
    private readonly PosixSignalRegistration[] _registrations;

    /// <param name="other">Cancels as well.</param>
    public InterruptSignals(CancellationToken other)
    {
        _source = CancellationTokenSource.CreateLinkedTokenSource(other);
        _registrations = [PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle)];
    }

    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        foreach (var registration in _registrations) registration.Dispose();
        _source.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        context.Cancel = !_source.IsCancellationRequested;
        _source.Cancel();
    }
}
