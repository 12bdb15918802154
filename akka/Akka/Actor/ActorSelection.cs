using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Akka.Event;

namespace Akka.Actor;

/// <summary>A place (or, with patterns, places) in the tree, looked up anew with every message. Sending to it never fails.</summary>
public class ActorSelection : ICanTell
{
    /// <summary>A path from an anchor on.</summary>
    public ActorSelection()
    {
    }

    /// <summary>A path from an anchor on.</summary>
    public ActorSelection(IActorRef anchor, SelectionPathElement[] path)
    {
        Anchor = anchor;
        Path = path;
    }

    /// <summary>A path from an anchor on.</summary>
    public ActorSelection(IActorRef anchor, string path) : this(anchor, path?.Length > 0 ? path.Split('/') : [])
    {
    }

    /// <summary>A path from an anchor on.</summary>
    public ActorSelection(IActorRef anchor, IEnumerable<string> elements)
    {
        Anchor = anchor;
        List<SelectionPathElement> path = new();
        foreach (string element in elements)
        {
            if (string.IsNullOrWhiteSpace(element)) continue;
            path.Add(element switch
            {
                ".." => SelectParent.Instance,
                "**" => SelectChildRecursive.Instance,
                _ when element.AsSpan().IndexOfAny('*', '?') >= 0 => new SelectChildPattern(element),
                _ => new SelectChildName(element),
            });
        }

        int recursive = path.FindIndex(static e => e is SelectChildRecursive);
        if (recursive >= 0 && recursive < path.Count - 1)
            throw new IllegalActorNameException("Double wildcard can only appear at the last path entry");
        Path = path.ToArray();
    }

    /// <summary>Where the steps begin.</summary>
    public IActorRef Anchor { get; private set; }

    /// <summary>The elements of the path.</summary>
    public SelectionPathElement[] Path { get; private set; }

    /// <summary>The path as text.</summary>
    public string PathString => "/" + string.Join("/", Path.Select(static e => e.ToString()));

    /// <summary>Sends to everybody that the path names; to nobody is no error.</summary>
    public void Tell(object message, IActorRef sender = null)
    {
        sender ??= ActorCell.GetCurrentSelfOrNoSender();
        DeliverSelection((IInternalActorRef)Anchor, sender, new ActorSelectionMessage(message, Path));
    }

    /// <summary>The living actor there; fails with <see cref="ActorNotFoundException"/> when there is none or no answer in time.</summary>
    public Task<IActorRef> ResolveOne(TimeSpan timeout) => InnerResolveOne(timeout, CancellationToken.None);

    /// <summary>The reference of one that the path names; fails if nobody answers in time.</summary>
    public Task<IActorRef> ResolveOne(TimeSpan timeout, CancellationToken ct) => InnerResolveOne(timeout, ct);

    /// <inheritdoc/>
    protected bool Equals(ActorSelection other) => Equals(Anchor, other.Anchor) && Path.SequenceEqual(other.Path);

    /// <inheritdoc/>
    public override bool Equals(object obj) => obj is ActorSelection other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Anchor, Path?.Length ?? 0);

    /// <inheritdoc/>
    public override string ToString() => "ActorSelection[Anchor(" + Anchor.Path.ToStringWithUid() + "), Path(" + PathString + ")]";

    private async Task<IActorRef> InnerResolveOne(TimeSpan timeout, CancellationToken ct)
    {
        try
        {
            ActorIdentity identity = await this.Ask<ActorIdentity>(new Identify(null), timeout, ct).ConfigureAwait(false);
            return identity.Subject ?? throw new ActorNotFoundException("subject was null");
        }
        catch (ActorNotFoundException)
        {
            throw;
        }
        catch (Exception e)
        {
            throw new ActorNotFoundException("Exception occurred while resolving ActorSelection", e);
        }
    }

    /// <summary>Walks the steps as far as this system's tree goes; where it ends the rest goes along with the message.</summary>
    internal static void DeliverSelection(IInternalActorRef anchor, IActorRef sender, ActorSelectionMessage selection)
    {
        SelectionPathElement[] elements = selection.Elements;
        if (elements.Length == 0)
        {
            anchor.Tell(selection.Message, sender);
            return;
        }

        IInternalActorRef at = anchor;
        for (int i = 0; i < elements.Length; i++)
        {
            if (at is not ActorRefWithCell and not VirtualPathContainer)
            {
                // A remote reference, or a place without children of its own: it continues there.
                at.Tell(Rest(selection, i, selection.WildCardFanOut), sender);
                return;
            }

            bool last = i == elements.Length - 1;
            switch (elements[i])
            {
                case SelectParent:
                    at = at.Parent;
                    break;
                case SelectChildName name:
                    IActorRef child = at is ActorRefWithCell cell ? cell.GetSingleChild(name.Name) : at.GetChild([name.Name]);
                    if (child is Nobody)
                    {
                        NotFound(anchor, sender, selection);
                        return;
                    }

                    at = (IInternalActorRef)child;
                    break;
                case SelectChildPattern pattern:
                    FanOut(at, sender, selection, i, pattern, last);
                    return;
                case SelectChildRecursive:
                    DeliverToAllBelow(at, sender, selection);
                    return;
            }
        }

        at.Tell(selection.Message, sender);
    }

    private static void FanOut(
        IInternalActorRef at, IActorRef sender, ActorSelectionMessage selection, int index, SelectChildPattern pattern, bool last)
    {
        List<IActorRef> matching = new();
        foreach (IActorRef child in ChildrenOf(at))
            if (pattern.Matches(child.Path.Name)) matching.Add(child);
        if (matching.Count == 0)
        {
            NotFound(at, sender, selection);
            return;
        }

        foreach (IActorRef child in matching)
        {
            if (last) child.Tell(selection.Message, sender);
            else DeliverSelection((IInternalActorRef)child, sender, Rest(selection, index + 1, selection.WildCardFanOut || matching.Count > 1));
        }
    }

    private static void DeliverToAllBelow(IInternalActorRef at, IActorRef sender, ActorSelectionMessage selection)
    {
        foreach (IActorRef child in ChildrenOf(at))
        {
            child.Tell(selection.Message, sender);
            DeliverToAllBelow((IInternalActorRef)child, sender, selection);
        }
    }

    private static IEnumerable<IActorRef> ChildrenOf(IInternalActorRef actor) => actor is ActorRefWithCell cell ? cell.Children : [];

    private static void NotFound(IInternalActorRef anchor, IActorRef sender, ActorSelectionMessage selection)
    {
        if (selection.Message is Identify identify)
        {
            // One of several branches says nothing: the others may answer.
            if (!selection.WildCardFanOut) sender?.Tell(new ActorIdentity(identify.MessageId, null), ActorRefs.NoSender);
            return;
        }

        if (selection.WildCardFanOut) return;
        ActorPath path = anchor.Path / selection.Elements.Select(static e => e.ToString());
        IActorRef deadLetters = anchor.Provider.DeadLetters;
        IActorRef nobody = deadLetters is DeadLetterActorRef known
            ? new EmptyLocalActorRef(anchor.Provider, path, known.EventStream)
            : deadLetters;
        nobody.Tell(selection.Message, sender);
    }

    private static ActorSelectionMessage Rest(ActorSelectionMessage selection, int index, bool wildCardFanOut) =>
        index == 0 ? selection : new ActorSelectionMessage(selection.Message, selection.Elements[index..], wildCardFanOut);
}

/// <summary>A message on its way along a selection.</summary>
public class ActorSelectionMessage : IAutoReceivedMessage, IPossiblyHarmful, IWrappedMessage
{
    /// <summary>A message on its way along a path.</summary>
    public ActorSelectionMessage(object message, SelectionPathElement[] elements, bool wildCardFanOut = false)
    {
        Message = message;
        Elements = elements;
        WildCardFanOut = wildCardFanOut;
    }

    /// <summary>What was sent.</summary>
    public object Message { get; }

    /// <summary>The rest of the path.</summary>
    public SelectionPathElement[] Elements { get; }

    /// <summary>Whether a wildcard stood above.</summary>
    public bool WildCardFanOut { get; }

    /// <summary>The same with other content.</summary>
    public ActorSelectionMessage Copy(object message = null, SelectionPathElement[] elements = null, bool? wildCardFanOut = null) =>
        new(message ?? Message, elements ?? Elements, wildCardFanOut ?? WildCardFanOut);

    /// <inheritdoc/>
    public override string ToString() => "ActorSelectionMessage(" + Message + " to " + string.Join("/", Elements.Select(static e => e.ToString())) + ")";
}
