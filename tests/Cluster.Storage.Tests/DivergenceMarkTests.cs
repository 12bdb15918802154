using Cluster.Storage.Files;
using Cluster.Storage.State;
using Xunit;

namespace Cluster.Storage.Tests;

public sealed class DivergenceMarkTests
{
    private static readonly DivergenceMark Mark =
        new(new Lsn(120), 0x1111_1111_1111_1111, 0x2222_2222_2222_2222, new Guid("bbbbbbbb-0000-0000-0000-000000000002"));

    [Fact]
    public void A_mark_of_version_1_is_not_read() =>
        Assert.Equal(Mark, DivergenceMark.Read(new PosixFileLayer(), Path.Combine(AppContext.BaseDirectory, "fixtures", "divergence-mark-v1")));

    [Fact]
    public void A_replica_that_diverged_goes_on_after_a_restart()
    {
        string folder = Directory.CreateTempSubdirectory("divergence-").FullName;
        try
        {
            var files = new PosixFileLayer();
            Assert.Null(DivergenceMark.Read(files, folder));
            Mark.Write(files, folder);
            Assert.Equal(Mark, DivergenceMark.Read(files, folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_damaged_mark_is_taken_for_none()
    {
        string folder = Directory.CreateTempSubdirectory("divergence-").FullName;
        try
        {
            var files = new PosixFileLayer();
            Mark.Write(files, folder);
            string path = Path.Combine(folder, DivergenceMark.FileName);
            byte[] whole = File.ReadAllBytes(path);
            for (int at = 0; at < whole.Length; at++)
            {
                byte[] damaged = [.. whole];
                damaged[at] ^= 0x10;
                File.WriteAllBytes(path, damaged);
                Assert.Throws<StateFileException>(() => DivergenceMark.Read(files, folder));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
