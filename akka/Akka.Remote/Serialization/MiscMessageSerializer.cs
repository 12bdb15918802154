using System;
using Akka.Actor;
using Akka.Remote.Wire;
using Akka.Serialization;

namespace Akka.Remote.Serialization;

/// <summary>Messages of the runtime that users send and receive, and those of the remote watcher. Identifier 16.</summary>
public sealed class MiscMessageSerializer : SerializerWithStringManifest
{
    // Append-only.
    private const string IdentifyManifest = "ID";
    private const string ActorIdentityManifest = "AID";
    private const string ActorRefManifest = "AR";
    private const string PoisonPillManifest = "PP";
    private const string KillManifest = "K";
    private const string SuccessManifest = "SS";
    private const string FailureManifest = "SF";
    private const string AddressManifest = "AD";
    private const string HeartbeatManifest = "RWHB";
    private const string HeartbeatRspManifest = "RWHR";

    /// <summary>For that system.</summary>
    public MiscMessageSerializer(ExtendedActorSystem system) : base(system)
    {
    }

    /// <inheritdoc />
    public override string Manifest(object obj) => obj switch
    {
        Identify => IdentifyManifest,
        ActorIdentity => ActorIdentityManifest,
        IActorRef => ActorRefManifest,
        RemoteWatcher.Heartbeat => HeartbeatManifest,
        RemoteWatcher.HeartbeatRsp => HeartbeatRspManifest,
        PoisonPill => PoisonPillManifest,
        Kill => KillManifest,
        Status.Success => SuccessManifest,
        Status.Failure => FailureManifest,
        Address => AddressManifest,
        _ => throw PayloadCodec.Unsupported(this, obj),
    };

    /// <inheritdoc />
    public override byte[] ToBinary(object obj)
    {
        WireWriter writer = new();
        switch (obj)
        {
            case Identify identify:
                PayloadCodec.Write(writer, identify.MessageId, system);
                break;
            case ActorIdentity identity:
                PayloadCodec.WriteActor(writer, identity.Subject);
                PayloadCodec.Write(writer, identity.MessageId, system);
                break;
            case IActorRef actor:
                PayloadCodec.WriteActor(writer, actor);
                break;
            case RemoteWatcher.HeartbeatRsp answer:
                writer.Int32(answer.AddressUid);
                break;
            case RemoteWatcher.Heartbeat or PoisonPill or Kill:
                return [];
            case Status.Success success:
                PayloadCodec.Write(writer, success.Status, system);
                break;
            case Status.Failure failure:
                ExceptionCodec.Write(writer, failure.Cause);
                PayloadCodec.Write(writer, failure.State, system);
                break;
            case Address address:
                writer.String(address.ToString());
                break;
            default:
                throw PayloadCodec.Unsupported(this, obj);
        }

        return writer.ToArray();
    }

    /// <inheritdoc />
    public override object FromBinary(byte[] bytes, string manifest)
    {
        try
        {
            WireReader reader = new(bytes);
            switch (manifest)
            {
                case IdentifyManifest:
                    return new Identify(PayloadCodec.Read(ref reader, system));
                case ActorIdentityManifest:
                    IActorRef subject = PayloadCodec.ReadActor(ref reader, system);
                    return new ActorIdentity(PayloadCodec.Read(ref reader, system), subject);
                case ActorRefManifest:
                    return PayloadCodec.ReadActor(ref reader, system) ?? ActorRefs.Nobody;
                case HeartbeatManifest:
                    return RemoteWatcher.Heartbeat.Instance;
                case HeartbeatRspManifest:
                    return new RemoteWatcher.HeartbeatRsp(reader.Int32());
                case PoisonPillManifest:
                    return PoisonPill.Instance;
                case KillManifest:
                    return Kill.Instance;
                case SuccessManifest:
                    return new Status.Success(PayloadCodec.Read(ref reader, system));
                case FailureManifest:
                    Exception cause = ExceptionCodec.Read(ref reader);
                    return new Status.Failure(cause, PayloadCodec.Read(ref reader, system));
                case AddressManifest:
                    return Address.TryParse(reader.String() ?? string.Empty, out Address address)
                        ? address
                        : throw new ProtocolException("not an address");
                default:
                    throw PayloadCodec.Unknown(this, manifest);
            }
        }
        catch (ProtocolException e)
        {
            throw PayloadCodec.Damaged(e);
        }
    }
}
