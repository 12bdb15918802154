using System.Globalization;

namespace Cluster.Node.Hosting;

/// <summary>node.pid in the data folder while the node runs. For people and scripts; what keeps two nodes apart is the folder's lock.</summary>
internal sealed class PidFile : IDisposable
{
    public const string FileName = "node.pid";

    private readonly string _path;

    public PidFile(string folder)
    {
        _path = Path.Combine(folder, FileName);
        string temporary = _path + ".tmp";
        File.WriteAllText(temporary, Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n");
        File.Move(temporary, _path, overwrite: true);
    }

    public void Dispose()
    {
        try
        {
            File.Delete(_path);
        }
        catch (IOException)
        {
            // It will be overwritten at the next start.
        }
    }
}
