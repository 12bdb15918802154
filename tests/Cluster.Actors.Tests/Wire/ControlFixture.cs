using System.Text;
using Akka.Actor;
using Akka.Configuration;
using Akka.Serialization;
using Cluster.Actors.Wire;

namespace Cluster.Actors.Tests.Wire;

public sealed class ControlFixture : IDisposable
{
    private readonly ActorSystem _system = ActorSystem.Create("control", ConfigurationFactory.ParseString("akka { loglevel = OFF, stdout-loglevel = OFF }"));

    public ControlFixture()
    {
        Serializer = new ControlSerializer((ExtendedActorSystem)_system);
        Unfiltered = new HyperionSerializer((ExtendedActorSystem)_system, HyperionSerializerSettings.Default
            .WithPreserveObjectReference(false)
            .WithVersionTolerance(false));
    }

    public ControlSerializer Serializer { get; }

    /// <summary>What somebody writes who keeps to no list.</summary>
    public HyperionSerializer Unfiltered { get; }

    /// <summary>The bytes with one name in the place of another; filled up with blanks, since its length stands in front of it.</summary>
    public static byte[] Rename(byte[] bytes, string from, string to)
    {
        var text = Encoding.Latin1.GetString(bytes);
        int at = text.IndexOf(from, StringComparison.Ordinal);
        if (at < 0 || to.Length > from.Length) throw new ArgumentException($"'{from}' cannot become '{to}'");
        return Encoding.Latin1.GetBytes(text.Remove(at, from.Length).Insert(at, to.PadRight(from.Length)));
    }

    public void Dispose() => _system.Dispose();
}
