using Akka.Actor;

namespace Cluster.Actors;

/// <summary>Carries the node's context into actors that Akka creates by itself (the downing provider's). Set right after the system was created.</summary>
public sealed class NodeExtension : IExtension
{
    private volatile NodeContext? _context;

    public NodeContext? Context { get => _context; set => _context = value; }

    public static NodeExtension Get(ActorSystem system) => system.WithExtension<NodeExtension, NodeExtensionProvider>();
}

public sealed class NodeExtensionProvider : ExtensionIdProvider<NodeExtension>
{
    public override NodeExtension CreateExtension(ExtendedActorSystem system) => new();
}
