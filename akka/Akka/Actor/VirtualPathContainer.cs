using System.Collections.Concurrent;
using System.Collections.Generic;

namespace Akka.Actor;

/// <summary>A place in the tree whose children are references without cells, such as /temp with the askers' references.</summary>
internal sealed class VirtualPathContainer : MinimalActorRef
{
    private readonly ConcurrentDictionary<string, IInternalActorRef> _children = new();

    public VirtualPathContainer(IActorRefProvider provider, ActorPath path, IInternalActorRef parent)
    {
        Provider = provider;
        Path = path;
        Parent = parent;
    }

    public override ActorPath Path { get; }

    public override IActorRefProvider Provider { get; }

    public override IInternalActorRef Parent { get; }

    public ICollection<IInternalActorRef> Children => _children.Values;

    public void AddChild(string name, IInternalActorRef actor) => _children[name] = actor;

    public void RemoveChild(string name) => _children.TryRemove(name, out _);

    public override IActorRef GetChild(IReadOnlyList<string> name)
    {
        int index = 0;
        while (index < name.Count && name[index].Length == 0) index++;
        if (index == name.Count) return this;
        if (name[index] == "..") return RefTree.Walk(Parent, name, index + 1);
        return _children.TryGetValue(ActorPath.SplitUid(name[index]).Name, out IInternalActorRef child)
            ? RefTree.Walk(child, name, index + 1)
            : Nobody.Instance;
    }
}
