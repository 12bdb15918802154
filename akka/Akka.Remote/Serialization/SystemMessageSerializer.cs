using System;
using Akka.Actor;
using Akka.Dispatch.SysMsg;
using Akka.Remote.Wire;
using Akka.Serialization;

namespace Akka.Remote.Serialization;

/// <summary>The system messages that cross the network: watches, their answers, and the life cycle of an actor. Identifier 22.</summary>
internal sealed class SystemMessageSerializer : SerializerWithStringManifest
{
    // Append-only.
    private const string WatchManifest = "W";
    private const string UnwatchManifest = "UW";
    private const string DeathWatchNotificationManifest = "DWN";
    private const string TerminateManifest = "T";
    private const string SuspendManifest = "SU";
    private const string ResumeManifest = "RS";
    private const string RecreateManifest = "RC";

    public SystemMessageSerializer(ExtendedActorSystem system) : base(system)
    {
    }

    public override string Manifest(object o) => o switch
    {
        Watch => WatchManifest,
        Unwatch => UnwatchManifest,
        DeathWatchNotification => DeathWatchNotificationManifest,
        Terminate => TerminateManifest,
        Suspend => SuspendManifest,
        Resume => ResumeManifest,
        Recreate => RecreateManifest,
        _ => throw PayloadCodec.Unsupported(this, o),
    };

    public override byte[] ToBinary(object obj)
    {
        WireWriter writer = new();
        switch (obj)
        {
            case Watch watch:
                PayloadCodec.WriteActor(writer, watch.Watchee);
                PayloadCodec.WriteActor(writer, watch.Watcher);
                break;
            case Unwatch unwatch:
                PayloadCodec.WriteActor(writer, unwatch.Watchee);
                PayloadCodec.WriteActor(writer, unwatch.Watcher);
                break;
            case DeathWatchNotification notification:
                PayloadCodec.WriteActor(writer, notification.Actor);
                writer.Bool(notification.ExistenceConfirmed).Bool(notification.AddressTerminated);
                break;
            case Terminate or Suspend:
                return [];
            case Resume resume:
                ExceptionCodec.Write(writer, resume.CausedByFailure);
                break;
            case Recreate recreate:
                ExceptionCodec.Write(writer, recreate.Cause);
                break;
            default:
                throw PayloadCodec.Unsupported(this, obj);
        }

        return writer.ToArray();
    }

    public override object FromBinary(byte[] bytes, string manifest)
    {
        try
        {
            WireReader reader = new(bytes);
            switch (manifest)
            {
                case WatchManifest:
                    IInternalActorRef watchee = Actor(ref reader);
                    return new Watch(watchee, Actor(ref reader));
                case UnwatchManifest:
                    IInternalActorRef unwatched = Actor(ref reader);
                    return new Unwatch(unwatched, Actor(ref reader));
                case DeathWatchNotificationManifest:
                    IInternalActorRef dead = Actor(ref reader);
                    return new DeathWatchNotification(dead, reader.Bool(), reader.Bool());
                case TerminateManifest:
                    return new Terminate();
                case SuspendManifest:
                    return new Suspend();
                case ResumeManifest:
                    return new Resume(ExceptionCodec.Read(ref reader));
                case RecreateManifest:
                    return new Recreate(ExceptionCodec.Read(ref reader));
                default:
                    throw PayloadCodec.Unknown(this, manifest);
            }
        }
        catch (ProtocolException e)
        {
            throw PayloadCodec.Damaged(e);
        }
    }

    private IInternalActorRef Actor(ref WireReader reader) =>
        (IInternalActorRef)PayloadCodec.ReadActor(ref reader, system) ?? throw new ProtocolException("system message without an actor");
}
