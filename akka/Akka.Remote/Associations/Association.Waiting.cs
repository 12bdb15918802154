using System;
using System.Collections.Generic;
using Akka.Event;
using Akka.Serialization;

namespace Akka.Remote.Associations;

/// <summary>Messages while the connection is being made: in bytes already, so that what they take is known (A4). All run inside Execute (A1).</summary>
internal sealed partial class Association
{
    private readonly Queue<EncodedItem> _waiting = new();
    private long _waitingBytes;

    private void EncodeWaiting()
    {
        if (IsQueueEmpty) return;
        Akka.Serialization.Serialization.WithTransport(_remoting.System, this, static self =>
        {
            Akka.Serialization.Serialization serialization = self._remoting.System.Serialization;
            while (self.TryDequeue(out OutboundItem item)) self.Wait(serialization, item);
            return true;
        });
        WarnOfLongQueue(_waiting.Count);
    }

    private void Wait(Akka.Serialization.Serialization serialization, in OutboundItem item)
    {
        if (item.IsSystem)
        {
            _waiting.Enqueue(new EncodedItem(item, 0, null, null));
        }
        else if (!_bytes.Admits(_waitingBytes) && !item.IsUrgent)
        {
            Drop(item);
        }
        else if (TrySerialize(serialization, item, out EncodedItem encoded))
        {
            _waiting.Enqueue(encoded);
            _waitingBytes += encoded.Payload.Length;
        }
    }

    /// <summary>The connection is there, and the queue behind has waited long enough.</summary>
    private void SendWaiting(Akka.Serialization.Serialization serialization)
    {
        while (_state == State.Active && TryTakeWaiting(out EncodedItem first))
        {
            if (first.Item.IsSystem) SendNow(serialization, first.Item);
            else Write(first, 0);
        }
    }

    private bool TryTakeWaiting(out EncodedItem first)
    {
        if (!_waiting.TryDequeue(out first)) return false;
        _waitingBytes -= first.Payload?.Length ?? 0;
        return true;
    }

    private void Drop(in OutboundItem item)
    {
        _drops.Add("it does not read what was sent to it");
        _remoting.DeadLetter(item);
    }

    private bool TrySerialize(Akka.Serialization.Serialization serialization, in OutboundItem item, out EncodedItem encoded)
    {
        try
        {
            Serializer serializer = serialization.FindSerializerFor(item.Message);
            string manifest = Akka.Serialization.Serialization.ManifestFor(serializer, item.Message);
            encoded = new EncodedItem(item, serializer.Identifier, manifest, serializer.ToBinary(item.Message) ?? []);
            return true;
        }
        catch (Exception e)
        {
            _remoting.Log.Error(e, "Cannot serialize [{0}] for [{1}]: the message is dropped", item.Message.GetType(), item.Recipient.Path);
            encoded = default;
            return false;
        }
    }
}
