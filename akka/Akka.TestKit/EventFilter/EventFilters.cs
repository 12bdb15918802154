using System;
using System.Collections.Generic;
using Akka.Event;
using Akka.TestKit.Internal.StringMatcher;

namespace Akka.TestKit.Internal
{
    public class DebugFilter : EventFilterBase
    {
        public DebugFilter(IStringMatcher messageMatcher = null, IStringMatcher sourceMatcher = null) : base(messageMatcher, sourceMatcher)
        {
        }

        protected override string FilterDescriptiveName => "Debug";

        protected override bool IsMatch(LogEvent evt) => evt is Debug && InternalDoMatch(evt.LogSource, evt.Message);
    }

    public class InfoFilter : EventFilterBase
    {
        public InfoFilter(IStringMatcher messageMatcher = null, IStringMatcher sourceMatcher = null) : base(messageMatcher, sourceMatcher)
        {
        }

        protected override string FilterDescriptiveName => "Info";

        protected override bool IsMatch(LogEvent evt) => evt is Info && InternalDoMatch(evt.LogSource, evt.Message);
    }

    public class WarningFilter : EventFilterBase
    {
        public WarningFilter(IStringMatcher messageMatcher = null, IStringMatcher sourceMatcher = null) : base(messageMatcher, sourceMatcher)
        {
        }

        protected override string FilterDescriptiveName => "Warning";

        protected override bool IsMatch(LogEvent evt) => evt is Warning && InternalDoMatch(evt.LogSource, evt.Message);
    }

    /// <summary>Errors by their text; with an exception type, also by the text of the exception.</summary>
    public class ErrorFilter : EventFilterBase
    {
        private readonly Type _exceptionType;
        private readonly bool _recurseInnerExceptions;

        public ErrorFilter(IStringMatcher messageMatcher = null, IStringMatcher sourceMatcher = null) : this(null, messageMatcher, sourceMatcher)
        {
        }

        public ErrorFilter(Type exceptionType, IStringMatcher messageMatcher = null, IStringMatcher sourceMatcher = null, bool recurseInnerExceptions = false)
            : base(messageMatcher, sourceMatcher)
        {
            _exceptionType = exceptionType;
            _recurseInnerExceptions = recurseInnerExceptions;
        }

        protected override string FilterDescriptiveName => "Error";

        protected override bool IsMatch(LogEvent evt)
        {
            if (evt is not Error)
            {
                return false;
            }

            return _exceptionType == null
                ? InternalDoMatch(evt.LogSource, evt.Message)
                : evt.Cause != null && IsMatchingException(evt.LogSource, evt.Cause, evt.Message);
        }

        private bool IsMatchingException(string source, Exception cause, object message)
        {
            if (_exceptionType.IsInstanceOfType(cause) && (InternalDoMatch(source, message) || InternalDoMatch(source, cause.Message)))
            {
                return true;
            }

            if (!_recurseInnerExceptions)
            {
                return false;
            }

            IReadOnlyCollection<Exception> inner = cause is AggregateException aggregate
                ? aggregate.InnerExceptions
                : cause.InnerException == null ? [] : [cause.InnerException];
            foreach (var exception in inner)
            {
                if (IsMatchingException(source, exception, message))
                {
                    return true;
                }
            }

            return false;
        }
    }

    public class CustomEventFilter : EventFilterBase
    {
        private readonly Predicate<LogEvent> _predicate;

        public CustomEventFilter(Predicate<LogEvent> predicate) : base(null, null)
        {
            _predicate = predicate;
        }

        protected override string FilterDescriptiveName => "Custom";

        protected override bool IsMatch(LogEvent evt) => _predicate(evt);
    }
}

namespace Akka.TestKit
{
    /// <summary>Dead letters; the test listener shows them to the filters as warnings whose message is the DeadLetter.</summary>
    public sealed class DeadLettersFilter : Internal.EventFilterBase
    {
        private readonly Predicate<DeadLetter> _isMatch;

        public DeadLettersFilter(IStringMatcher messageMatcher, IStringMatcher sourceMatcher, Predicate<DeadLetter> isMatch = null)
            : base(messageMatcher, sourceMatcher)
        {
            _isMatch = isMatch;
        }

        protected override string FilterDescriptiveName => "DeadLetter";

        protected override bool IsMatch(LogEvent evt) =>
            evt is Warning { Message: DeadLetter deadLetter } && (_isMatch == null || _isMatch(deadLetter))
            && InternalDoMatch(evt.LogSource, deadLetter.Recipient.ToString());
    }
}
