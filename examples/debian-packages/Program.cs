using System.CommandLine;
using System.Net;
using DebianPackages;

var input = new Option<string?>("--input") { Description = "Package index; default: what apt-cache dumpavail prints" };
var nodes = new Option<string[]>("--node") { Description = "host:port of a node; give several to survive one", DefaultValueFactory = _ => ["127.0.0.1:7379"], AllowMultipleArgumentsPerToken = true };
var acked = new Option<string>("--acknowledged") { Description = "File with the acknowledged keys", DefaultValueFactory = _ => "acknowledged" };
var connections = new Option<int>("--connections") { DefaultValueFactory = _ => 8 };
var pipeline = new Option<int>("--pipeline") { DefaultValueFactory = _ => 8 };
var rate = new Option<int>("--rate") { Description = "Records per second at most; 0 = as fast as it goes", DefaultValueFactory = _ => 0 };
var readOnly = new Option<bool>("--readonly") { Description = "Read the node's own copy" };
var runs = new Option<int>("--runs") { DefaultValueFactory = _ => 1 };
var folder = new Option<string>("--folder") { Description = "Data and logs of the runs", DefaultValueFactory = _ => Path.Combine(Path.GetTempPath(), $"debian-packages-{Environment.ProcessId}") };

var load = new Command("load", "Loads the packages and records each acknowledged key") { input, nodes, acked, connections, pipeline, rate };
load.SetAction(async (parsed, cancel) =>
{
    var packages = PackageIndex.Read(parsed.GetValue(input));
    using var acks = new AckLog(parsed.GetValue(acked)!);
    var loader = new Loader([.. parsed.GetValue(nodes)!.Select(IPEndPoint.Parse)], acks, Settings(parsed));
    Console.WriteLine(await Bar.Show("loading", packages.Count, progress => loader.Run(packages, progress, cancel)));
    return 0;
});

var verify = new Command("verify", "Reads the acknowledged records back from one node and compares every byte") { input, nodes, acked, readOnly };
verify.SetAction(async (parsed, _) =>
{
    var packages = PackageIndex.Read(parsed.GetValue(input));
    var acknowledged = AckLog.Read(parsed.GetValue(acked)!);
    int wrong = await Bar.Show("verifying", acknowledged.Count, progress =>
        Verifier.Run(IPEndPoint.Parse(parsed.GetValue(nodes)![0]), parsed.GetValue(readOnly), packages, acknowledged, progress));
    Console.WriteLine($"{acknowledged.Count} acknowledged records checked, {wrong} wrong");
    return wrong == 0 ? 0 : 1;
});

var pipe = new Command("pipe", "Prints the SET commands, for redis-cli --pipe") { input };
pipe.SetAction(parsed =>
{
    using var output = Console.OpenStandardOutput();
    using var buffered = new BufferedStream(output, 1 << 16);
    foreach (var package in PackageIndex.Read(parsed.GetValue(input)))
    {
        buffered.Write(System.Text.Encoding.ASCII.GetBytes($"*3\r\n$3\r\nSET\r\n${package.Key.Length}\r\n"));
        buffered.Write(package.Key);
        buffered.Write(System.Text.Encoding.ASCII.GetBytes($"\r\n${package.Value.Length}\r\n"));
        buffered.Write(package.Value);
        buffered.Write("\r\n"u8);
    }

    return 0;
});

var drill = new Command("drill", "Three nodes, a load, a killed and restarted node, a killed leader; then everything is checked") { input, connections, pipeline, rate, runs, folder };
drill.SetAction(async (parsed, _) =>
{
    var packages = PackageIndex.Read(parsed.GetValue(input));
    string repository = FindRepository();
    await ClusterNode.Publish(repository);
    int failed = 0;
    for (int run = 1; run <= parsed.GetValue(runs); run++)
    {
        try
        {
            if (!await new Drill(repository, parsed.GetValue(folder)!, packages, Settings(parsed)).Run(run)) failed++;
        }
        catch (Exception failure) when (failure is TimeoutException or InvalidOperationException or IOException)
        {
            Console.Error.WriteLine($"run {run}: {failure.Message}");
            failed++;
        }
    }

    Console.WriteLine($"{parsed.GetValue(runs)} runs, {failed} failed");
    return failed == 0 ? 0 : 1;
});

var root = new RootCommand("Debian's package index as a load for a cluster") { load, verify, pipe, drill };
return await root.Parse(args).InvokeAsync();

LoadSettings Settings(ParseResult parsed) => new(
    parsed.GetValue(connections), parsed.GetValue(pipeline), parsed.GetValue(rate), TimeSpan.FromSeconds(10));

static string FindRepository()
{
    for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        if (File.Exists(Path.Combine(at.FullName, "Cluster.sln"))) return at.FullName;
    throw new InvalidOperationException("run this from the repository: Cluster.sln was not found above the program");
}
