using Akka.Event;
using Akka.TestKit.Internal.StringMatcher;

namespace Akka.TestKit
{
    /// <summary>Decides which events of the log do not go on.</summary>
    public interface IEventFilter
    {
        /// <summary>True if the event is the filter's: then it is swallowed.</summary>
        bool Apply(LogEvent logEvent);
    }
}

namespace Akka.TestKit.Internal
{
    /// <summary>Tells that a filter has matched an event.</summary>
    public delegate void EventMatched(EventFilterBase eventFilter, LogEvent logEvent);

    /// <summary>Looks at each event in the test listener, and tells who expects its matches.</summary>
    public abstract class EventFilterBase : IEventFilter
    {
        private readonly IStringMatcher _sourceMatcher;
        private readonly IStringMatcher _messageMatcher;

        /// <summary>Matches events by their text and their source.</summary>
        protected EventFilterBase(IStringMatcher messageMatcher, IStringMatcher sourceMatcher)
        {
            _messageMatcher = messageMatcher ?? MatchesAll.Instance;
            _sourceMatcher = sourceMatcher ?? MatchesAll.Instance;
        }

        /// <summary>Raised for each match, on the logger's thread.</summary>
        public event EventMatched EventMatched;

        /// <summary>What the filter is called in failures.</summary>
        protected abstract string FilterDescriptiveName { get; }

        /// <inheritdoc/>
        public bool Apply(LogEvent logEvent)
        {
            if (!IsMatch(logEvent))
            {
                return false;
            }

            OnEventMatched(logEvent);
            return true;
        }

        /// <inheritdoc/>
        public override string ToString() => $"{FilterDescriptiveName} when message {_messageMatcher} and source {_sourceMatcher}";

        /// <summary>True if the filter is for this event.</summary>
        protected abstract bool IsMatch(LogEvent evt);

        /// <summary>Raises the event.</summary>
        protected virtual void OnEventMatched(LogEvent logEvent) => EventMatched?.Invoke(this, logEvent);

        /// <summary>True if source and text fit.</summary>
        protected bool InternalDoMatch(string src, object msg) =>
            _messageMatcher.IsMatch(msg == null ? "null" : msg.ToString()) && _sourceMatcher.IsMatch(src);
    }
}
