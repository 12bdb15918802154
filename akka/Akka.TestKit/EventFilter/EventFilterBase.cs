using Akka.Event;
using Akka.TestKit.Internal.StringMatcher;

namespace Akka.TestKit
{
    public interface IEventFilter
    {
        /// <summary>True if the event is the filter's: then it is swallowed.</summary>
        bool Apply(LogEvent logEvent);
    }
}

namespace Akka.TestKit.Internal
{
    public delegate void EventMatched(EventFilterBase eventFilter, LogEvent logEvent);

    /// <summary>Looks at each event in the test listener, and tells who expects its matches.</summary>
    public abstract class EventFilterBase : IEventFilter
    {
        private readonly IStringMatcher _sourceMatcher;
        private readonly IStringMatcher _messageMatcher;

        protected EventFilterBase(IStringMatcher messageMatcher, IStringMatcher sourceMatcher)
        {
            _messageMatcher = messageMatcher ?? MatchesAll.Instance;
            _sourceMatcher = sourceMatcher ?? MatchesAll.Instance;
        }

        public event EventMatched EventMatched;

        protected abstract string FilterDescriptiveName { get; }

        public bool Apply(LogEvent logEvent)
        {
            if (!IsMatch(logEvent))
            {
                return false;
            }

            OnEventMatched(logEvent);
            return true;
        }

        public override string ToString() => $"{FilterDescriptiveName} when message {_messageMatcher} and source {_sourceMatcher}";

        protected abstract bool IsMatch(LogEvent evt);

        protected virtual void OnEventMatched(LogEvent logEvent) => EventMatched?.Invoke(this, logEvent);

        protected bool InternalDoMatch(string src, object msg) =>
            _messageMatcher.IsMatch(msg == null ? "null" : msg.ToString()) && _sourceMatcher.IsMatch(src);
    }
}
