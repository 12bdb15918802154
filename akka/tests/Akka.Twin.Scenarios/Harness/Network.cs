using System;
using System.Diagnostics;
using System.IO;
using System.Linq;

namespace Akka.Twin.Scenarios.Harness;

/// <summary>
/// Three hosts on a switch, made of network namespaces: nothing outside of them is touched. A host can be unplugged: packets are lost in silence,
/// nothing is refused.
/// </summary>
internal sealed class Network : IDisposable
{
    private const string Prefix = "twin";
    private static int _count;

    private readonly string _name = $"{Prefix}{Environment.ProcessId}-{System.Threading.Interlocked.Increment(ref _count)}";

    public Network()
    {
        RemoveLeftovers();
        Ip($"netns add {Hub}");
        In(Hub, "link set lo up");
        In(Hub, "link add switch type bridge");
        In(Hub, "link set switch up");
        for (int place = 0; place < 3; place++)
        {
            string host = NamespaceOf(place);
            Ip($"netns add {host}");
            In(host, $"link add eth0 type veth peer name plug{place} netns {Hub}");
            In(host, $"addr add {AddressOf(place)}/24 dev eth0");
            In(host, "link set lo up");
            In(host, "link set eth0 up");
            In(Hub, $"link set plug{place} up");
            PlugIn(place);
        }
    }

    /// <summary>Null: namespaces can be made here.</summary>
    public static string WhyNot()
    {
        if (Signals.EffectiveUser() != 0) return "network namespaces need root";
        string probe = $"{Prefix}{Environment.ProcessId}-probe";
        if (Run("ip", $"netns add {probe}") is { } failure) return "no network namespaces: " + failure;
        string bridge = Run("ip", $"-n {probe} link add switch type bridge");
        Run("ip", $"netns del {probe}");
        return bridge is null ? null : "no bridges: " + bridge;
    }

    public string NamespaceOf(int place) => $"{_name}-{place}";

    public string AddressOf(int place) => $"10.99.0.{place + 1}";

    public void Unplug(int place) => In(Hub, $"link set plug{place} nomaster");

    public void PlugIn(int place) => In(Hub, $"link set plug{place} master switch");

    public void Dispose()
    {
        for (int place = 0; place < 3; place++) Run("ip", $"netns del {NamespaceOf(place)}");
        Run("ip", $"netns del {Hub}");
    }

    private string Hub => _name + "-hub";

    /// <summary>Of test runs that were killed.</summary>
    private static void RemoveLeftovers()
    {
        if (!Directory.Exists("/run/netns")) return;
        foreach (string name in Directory.GetFiles("/run/netns", Prefix + "*-*").Select(Path.GetFileName))
        {
            string process = name[Prefix.Length..name.IndexOf('-')];
            if (process.Length > 0 && process.All(char.IsAsciiDigit) && !Directory.Exists("/proc/" + process)) Run("ip", "netns del " + name);
        }
    }

    private static void In(string host, string arguments) => Ip($"-n {host} {arguments}");

    private static void Ip(string arguments)
    {
        if (Run("ip", arguments) is { } failure) throw new InvalidOperationException($"ip {arguments}: {failure}");
    }

    /// <summary>Null: it went well.</summary>
    private static string Run(string program, string arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true });
            string error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? null : $"code {process.ExitCode} {error.Trim()}";
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            return missing.Message;
        }
    }
}
