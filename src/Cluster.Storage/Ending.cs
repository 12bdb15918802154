namespace Cluster.Storage;

/// <summary>
/// The end of something that ends once, however many ask for it: each is called once, with the outcome, after it has ended. Any thread;
/// the calls come on the thread that ends it, or, for who asks later, on his own.
/// </summary>
internal sealed class Ending
{
    private readonly Lock _gate = new();
    private Action<Exception?>? _waiting;
    private Exception? _error;
    private bool _begun;
    private bool _ended;

    /// <summary>True for the first: the caller brings it about, with <see cref="End"/> as what is called then.</summary>
    public bool Begins(Action<Exception?> done)
    {
        lock (_gate)
        {
            if (!_ended)
            {
                _waiting += done;
                var first = !_begun;
                _begun = true;
                return first;
            }
        }

        done(_error);
        return false;
    }

    public void End(Exception? error)
    {
        Action<Exception?>? waiting;
        lock (_gate)
        {
            _error = error;
            _ended = true;
            waiting = _waiting;
            _waiting = null;
        }

        waiting?.Invoke(error);
    }
}
