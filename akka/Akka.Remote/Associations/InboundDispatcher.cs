using System;
using Akka.Actor;
using Akka.Dispatch;
using Akka.Dispatch.SysMsg;
using Akka.Event;
using Akka.Remote.Wire;

namespace Akka.Remote.Associations;

/// <summary>Makes messages of received payloads and hands them to their actors. Runs on the reading loops.</summary>
internal sealed class InboundDispatcher(Remoting remoting)
{
    /// <summary>Alone: the first message of its piece, so perhaps the only one; its actor may run on this thread afterwards.</summary>
    public void Deliver(in MessageHeader header, byte[] payload, bool isSystem, Address origin, bool alone)
    {
        if (header.Recipient is not { } recipient)
        {
            remoting.Log.Error("dropping message for non-local recipient [{0}] arriving at [{1}] from [{2}]: inbound addresses are [{1}]",
                header.RecipientPath, remoting.LocalAddress, origin);
            return;
        }

        object message;
        try
        {
            message = remoting.System.Serialization.Deserialize(payload, header.SerializerId, header.Manifest);
        }
        catch (Exception e)
        {
            remoting.Log.Error(e, "Cannot deserialize a message for [{0}] from [{1}] (serializer {2}, manifest [{3}]): it is dropped",
                recipient.Path, origin, header.SerializerId, header.Manifest);
            return;
        }

        if (message is null) return;
        if (remoting.Settings.LogReceive)
            remoting.Log.Debug("received message [{0}] for [{1}] from [{2}]", message, recipient.Path, header.Sender);
        if (message is ISystemMessage != isSystem)
        {
            remoting.Log.Error("[{0}] for [{1}] from [{2}] came the wrong way and is dropped", message.GetType(), recipient.Path, origin);
            return;
        }

        if (remoting.Settings.UntrustedMode && !IsTrusted(message, recipient))
        {
            remoting.Log.Debug("operating in UntrustedMode, dropping inbound [{0}] for [{1}]", message.GetType(), recipient.Path);
            return;
        }

        if (alone) OwnWork.Open();
        try
        {
            if (isSystem) recipient.SendSystemMessage((ISystemMessage)message);
            else recipient.Tell(message, header.Sender);
        }
        catch (Exception e)
        {
            remoting.Log.Error(e, "Cannot deliver [{0}] to [{1}]: it is dropped", message.GetType(), recipient.Path);
        }
        finally
        {
            if (alone) OwnWork.Close();
        }
    }

    private bool IsTrusted(object message, IInternalActorRef recipient)
    {
        if (message is ActorSelectionMessage selection)
        {
            return selection.Message is not IPossiblyHarmful
                && recipient.Path.Elements.Count == 0
                && remoting.Settings.TrustedSelectionPaths.Contains("/" + string.Join("/", (object[])selection.Elements));
        }

        return message is not IPossiblyHarmful;
    }
}
