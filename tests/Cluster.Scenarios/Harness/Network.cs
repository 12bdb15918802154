namespace Cluster.Scenarios.Harness;

/// <summary>How packets between two hosts end.</summary>
internal enum CutKind
{
    /// <summary>They vanish: nobody is told.</summary>
    Silent,

    /// <summary>Connections are reset and refused at once.</summary>
    Fast,
}

/// <summary>
/// Hosts on one switch, each a network namespace; the tests reach all of them, at any time, through a cable of their own. Hosts can be cut off
/// from each other, also in one direction. Only that cable shows outside of the namespaces, and all of it goes with the process that made it or,
/// if that was killed, with the next run.
/// </summary>
internal sealed class Network : IDisposable
{
    private const string Prefix = "scen";
    private static int _count;

    private readonly string _name;
    private readonly string _cable;
    private readonly string _subnet;
    private readonly int _hosts;

    public Network(int hosts)
    {
        RemoveLeftovers();
        int number = Interlocked.Increment(ref _count), process = Environment.ProcessId;
        _name = $"{Prefix}{process}-{number}";
        _cable = $"{Prefix[0]}{process}x{number}";
        // One of 2^14 networks below 10.64.0.0/10: runs side by side hardly meet, and if they do the second one fails when it adds its address.
        int place = (process * 7 + number) & 0x3FFF;
        _subnet = $"10.{64 + (place >> 8)}.{place & 0xFF}";
        _hosts = hosts;
        try
        {
            Build();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public Host this[int place] => new(AddressOf(place), NamespaceOf(place));

    /// <summary>Null: networks can be made here.</summary>
    public static string? WhyNot()
    {
        string probe = $"{Prefix}{Environment.ProcessId}-0-probe";
        if (Shell.Try("ip", "netns", "add", probe) is { } failure) return "no network namespaces: " + failure;
        string? why = Shell.Try("ip", "-n", probe, "link", "add", "switch", "type", "bridge") ?? Shell.Try("ip", "netns", "exec", probe, "iptables", "-w", "-A", "INPUT", "-s", "10.0.0.1", "-j", "DROP");
        Shell.Try("ip", "netns", "del", probe);
        return why;
    }

    /// <summary>Nothing from those hosts to these, and nothing back.</summary>
    public void Cut(CutKind kind, int[] these, int[] those)
    {
        if (kind == CutKind.Silent)
        {
            CutOneWay(these, those);
            CutOneWay(those, these);
            return;
        }

        foreach (int place in these) Filter(place, those.Select(other => $"-A OUTPUT -p tcp -d {AddressOf(other)} -j REJECT --reject-with tcp-reset"));
        foreach (int place in those) Filter(place, these.Select(other => $"-A OUTPUT -p tcp -d {AddressOf(other)} -j REJECT --reject-with tcp-reset"));
    }

    /// <summary>What the senders send is lost at the receivers.</summary>
    public void CutOneWay(int[] senders, int[] receivers)
    {
        foreach (int receiver in receivers) Filter(receiver, senders.Select(sender => $"-A INPUT -s {AddressOf(sender)} -j DROP"));
    }

    /// <summary>What the host is sent passes at that speed, megabits per second, until <see cref="SpeedUp"/>; needs `tc`.</summary>
    public void SlowDown(int place, int megabits) => Tc($"replace dev plug{place} root tbf rate {megabits}mbit burst 256kb latency 100ms");

    public void SpeedUp(int place) => Tc($"del dev plug{place} root");

    public void Heal()
    {
        for (int place = 0; place < _hosts; place++) Filter(place, ["-F"]);
    }

    public void Dispose()
    {
        for (int place = 0; place < _hosts; place++) Shell.Try("ip", "netns", "del", NamespaceOf(place));
        Shell.Try("ip", "netns", "del", Hub);
        Shell.Try("ip", "link", "del", _cable);
    }

    private string Hub => _name + "-hub";

    private string NamespaceOf(int place) => $"{_name}-{place}";

    private string AddressOf(int place) => $"{_subnet}.{place + 1}";

    private void Build()
    {
        Ip($"netns add {Hub}");
        Ip($"-n {Hub} link add switch type bridge");
        Ip($"-n {Hub} link set switch up");
        for (int place = 0; place < _hosts; place++)
        {
            string host = NamespaceOf(place);
            Ip($"netns add {host}");
            Ip($"-n {host} link add eth0 type veth peer name plug{place} netns {Hub}");
            Ip($"-n {host} addr add {AddressOf(place)}/24 dev eth0");
            Ip($"-n {host} link set lo up");
            Ip($"-n {host} link set eth0 up");
            Ip($"-n {Hub} link set plug{place} master switch up");
        }

        Ip($"link add {_cable} type veth peer name cable netns {Hub}");
        Ip($"-n {Hub} link set cable master switch up");
        Ip($"addr add {_subnet}.254/24 dev {_cable}");
        Ip($"link set {_cable} up");
    }

    private void Filter(int place, IEnumerable<string> rules) =>
        Shell.Run("ip", "netns", "exec", NamespaceOf(place), "sh", "-c", string.Join(" && ", rules.Select(rule => $"iptables -w {rule}")));

    /// <summary>Of test runs that were killed. Their cables go with their hubs.</summary>
    private static void RemoveLeftovers()
    {
        if (!Directory.Exists("/run/netns")) return;
        foreach (string name in Directory.GetFiles("/run/netns", Prefix + "*-*").Select(path => Path.GetFileName(path)!))
        {
            string process = name[Prefix.Length..name.IndexOf('-', StringComparison.Ordinal)];
            if (process.Length > 0 && process.All(char.IsAsciiDigit) && !Directory.Exists("/proc/" + process)) Shell.Try("ip", "netns", "del", name);
        }
    }

    private void Tc(string arguments) => Shell.Run("ip", ["netns", "exec", Hub, "tc", "qdisc", .. arguments.Split(' ')]);

    private static void Ip(string arguments) => Shell.Run("ip", arguments.Split(' '));
}
