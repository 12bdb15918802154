using Akka.Actor;
using Akka.Configuration;
using Akka.Serialization;

namespace Akka.Contract.Tests.Hyperion;

/// <summary>One local system, and serializers made for it.</summary>
public sealed class HyperionFixture : IDisposable
{
    public ExtendedActorSystem System { get; } = (ExtendedActorSystem)ActorSystem.Create("hyperion", ConfigurationFactory.ParseString("akka.loglevel = OFF"));

    public HyperionSerializer Make(string settings = "") =>
        new(System, ConfigurationFactory.ParseString(settings).WithFallback(HyperionSerializer.DefaultConfiguration().GetConfig("akka.actor.serialization-settings.hyperion")));

    public T Copy<T>(T value, string settings = "")
    {
        var serializer = Make(settings);
        return (T)serializer.FromBinary(serializer.ToBinary(value!), typeof(T));
    }

    public void Dispose() => System.Dispose();
}
