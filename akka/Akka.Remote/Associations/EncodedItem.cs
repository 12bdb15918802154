namespace Akka.Remote.Associations;

/// <summary>A message with its bytes. Of a system message that still waits for its number there are none yet.</summary>
internal readonly record struct EncodedItem(OutboundItem Item, int SerializerId, string Manifest, byte[] Payload);
