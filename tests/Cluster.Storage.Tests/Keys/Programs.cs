using FsCheck;
using FsCheck.Fluent;

namespace Cluster.Storage.Tests.Keys;

/// <summary>Random programs for model tests: each step is a number that the test decodes, so that any shorter program is one too.</summary>
internal static class Programs
{
    /// <summary>Runs <paramref name="property"/> on random programs; a failure is shrunk by leaving out steps and names its seed.</summary>
    public static void Check(int programs, int stepsMax, Action<int[]> property)
    {
        var steps = Gen.Choose(0, stepsMax).SelectMany(count => Gen.ArrayOf(Gen.Choose(0, int.MaxValue), count));
        var config = Config.QuickThrowOnFailure.WithMaxTest(programs).WithQuietOnSuccess(true);
        FsCheck.Check.One(config, Prop.ForAll(Arb.From(steps, Shrink), property));
    }

    private static IEnumerable<int[]> Shrink(int[] program)
    {
        for (var length = program.Length / 2; length > 0; length /= 2)
        {
            for (var start = 0; start + length <= program.Length; start += length)
                yield return [.. program[..start], .. program[(start + length)..]];
        }
    }
}
