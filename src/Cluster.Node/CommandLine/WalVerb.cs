using System.CommandLine;
using Cluster.Storage;
using Cluster.Storage.Files;
using Cluster.Storage.Repair;

namespace Cluster.Node.CommandLine;

/// <summary>`wal dump FILE [--records]` and `wal verify FILE…`: single segment files, by the field names of docs/formats.</summary>
internal static class WalVerb
{
    public static Command Create()
    {
        var command = new Command("wal", "Looks into files of a shard.");
        command.Add(CreateDump());
        command.Add(CreateVerify());
        return command;
    }

    private static Command CreateDump()
    {
        var file = new Argument<string>("FILE") { Description = "A segment file, the saved tail of a cut, a data file, or shard.manifest." };
        var records = new Option<bool>("--records") { Description = "Prints the records of each batch too." };
        var dump = new Command("dump", "Prints the header and the batches of a file; exit code 1 if it is damaged.") { file, records };
        dump.SetAction((parsed, cancellation) => Task.FromResult(
            Dump(parsed.GetValue(file)!, parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error, parsed.GetValue(records), cancellation)));
        return dump;
    }

    private static Command CreateVerify()
    {
        var paths = new Argument<string[]>("FILE") { Description = "Files of a shard.", Arity = ArgumentArity.OneOrMore };
        var verify = new Command("verify", "Reads files to the end and prints one line for each; exit code 1 if one is damaged.") { paths };
        verify.SetAction((parsed, cancellation) =>
        {
            int code = ExitCode.Ok;
            foreach (string path in parsed.GetValue(paths)!)
            {
                var text = new StringWriter { NewLine = "\n" };
                int one = Dump(path, text, parsed.InvocationConfiguration.Error, records: false, cancellation);
                if (text.ToString().TrimEnd('\n').Split('\n') is [.., { Length: > 0 } last]) parsed.InvocationConfiguration.Output.WriteLine($"{path}: {last}");
                code = Math.Max(code, one);
            }

            return Task.FromResult(code);
        });
        return verify;
    }

    private static int Dump(string path, TextWriter output, TextWriter errors, bool records, CancellationToken cancellation)
    {
        try
        {
            return StorageDump.Write(new PosixFileLayer(), path, output, records, cancellation) ? ExitCode.Ok : ExitCode.Failed;
        }
        catch (StorageException e)
        {
            errors.WriteLine($"cluster: {e.Message.ReplaceLineEndings(" ")}");
            return ExitCode.Failed;
        }
    }
}
