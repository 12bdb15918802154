using Cluster.Storage.Files;
using Cluster.Storage.State;
using Cluster.TestSupport.Storage;
using Xunit;

namespace Cluster.Storage.Tests.State;

/// <summary>The frame of every small state file.</summary>
public sealed class StateFileTests
{
    [Fact]
    public void A_foreign_file_is_read_as_a_state_file()
    {
        var files = new SimulatedFileLayer();
        var random = new Random(5);
        for (var i = 0; i < 5000; i++)
        {
            var bytes = new byte[random.Next(200)];
            random.NextBytes(bytes);
            if (bytes.Length > 24 && random.Next(2) == 0)
            {
                BitConverter.TryWriteBytes(bytes, 42ul);
                BitConverter.TryWriteBytes(bytes.AsSpan(12), bytes.Length - 24);
            }

            using (var file = files.Open("/x", FileOpening.Replace))
                file.Write(0, bytes);
            Assert.Throws<StateFileException>(() => StateFile.Read(files, "/x", 42, 1, out _));
        }

        Assert.Null(StateFile.Read(files, "/none", 42, 1, out _));
        StateFile.Write(files, "/x", 42, 2, [1, 2, 3]);
        Assert.Equal([1, 2, 3], StateFile.Read(files, "/x", 42, 2, out var version)!);
        Assert.Equal(2, version);
        Assert.Throws<StateFileException>(() => StateFile.Read(files, "/x", 42, 1, out _));
    }
}
