namespace Akka.Persistence.Serialization;

/// <summary>What the serializer of persistence writes.</summary>
public interface IMessage
{
}
