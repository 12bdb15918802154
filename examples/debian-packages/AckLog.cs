namespace DebianPackages;

/// <summary>Every acknowledged key, a line each, in a file: what a check has to find again, whatever happened to the loader.</summary>
public sealed class AckLog : IDisposable
{
    private readonly FileStream _file;
    private readonly Lock _lock = new();

    public AckLog(string path) => _file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, 1 << 16);

    public int Count { get; private set; }

    public void Add(byte[] key)
    {
        lock (_lock)
        {
            _file.Write(key);
            _file.WriteByte((byte)'\n');
            Count++;
        }
    }

    public static HashSet<string> Read(string path) => new(File.ReadLines(path), StringComparer.Ordinal);

    public void Dispose() => _file.Dispose();
}
