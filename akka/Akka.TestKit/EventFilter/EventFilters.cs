using System;
using System.Collections.Generic;
using Akka.Event;
using Akka.TestKit.Internal.StringMatcher;

namespace Akka.TestKit.Internal
{
    /// <summary>For debug events.</summary>
    public class DebugFilter : EventFilterBase
    {
        /// <summary>For debug events.</summary>
        public DebugFilter(IStringMatcher messageMatcher = null, IStringMatcher sourceMatcher = null) : base(messageMatcher, sourceMatcher)
        {
        }

        /// <summary>What the filter is called in failures.</summary>
        protected override string FilterDescriptiveName => "Debug";

        /// <inheritdoc/>
        protected override bool IsMatch(LogEvent evt) => evt is Debug && InternalDoMatch(evt.LogSource, evt.Message);
    }

    /// <summary>For info events.</summary>
    public class InfoFilter : EventFilterBase
    {
        /// <summary>For info events.</summary>
        public InfoFilter(IStringMatcher messageMatcher = null, IStringMatcher sourceMatcher = null) : base(messageMatcher, sourceMatcher)
        {
        }

        /// <summary>What the filter is called in failures.</summary>
        protected override string FilterDescriptiveName => "Info";

        /// <inheritdoc/>
        protected override bool IsMatch(LogEvent evt) => evt is Info && InternalDoMatch(evt.LogSource, evt.Message);
    }

    /// <summary>For warnings.</summary>
    public class WarningFilter : EventFilterBase
    {
        /// <summary>For warnings.</summary>
        public WarningFilter(IStringMatcher messageMatcher = null, IStringMatcher sourceMatcher = null) : base(messageMatcher, sourceMatcher)
        {
        }

        /// <summary>What the filter is called in failures.</summary>
        protected override string FilterDescriptiveName => "Warning";

        /// <inheritdoc/>
        protected override bool IsMatch(LogEvent evt) => evt is Warning && InternalDoMatch(evt.LogSource, evt.Message);
    }

    /// <summary>Errors by their text; with an exception type, also by the text of the exception.</summary>
    public class ErrorFilter : EventFilterBase
    {
        private readonly Type _exceptionType;
        private readonly bool _recurseInnerExceptions;

        /// <summary>For error events, if given with an exception of that type.</summary>
        public ErrorFilter(IStringMatcher messageMatcher = null, IStringMatcher sourceMatcher = null) : this(null, messageMatcher, sourceMatcher)
        {
        }

        /// <summary>For error events, if given with an exception of that type.</summary>
        public ErrorFilter(Type exceptionType, IStringMatcher messageMatcher = null, IStringMatcher sourceMatcher = null, bool recurseInnerExceptions = false)
            : base(messageMatcher, sourceMatcher)
        {
            _exceptionType = exceptionType;
            _recurseInnerExceptions = recurseInnerExceptions;
        }

        /// <summary>What the filter is called in failures.</summary>
        protected override string FilterDescriptiveName => "Error";

        /// <inheritdoc/>
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

    /// <summary>For what a predicate says.</summary>
    public class CustomEventFilter : EventFilterBase
    {
        private readonly Predicate<LogEvent> _predicate;

        /// <summary>For what a predicate says.</summary>
        public CustomEventFilter(Predicate<LogEvent> predicate) : base(null, null)
        {
            _predicate = predicate;
        }

        /// <summary>What the filter is called in failures.</summary>
        protected override string FilterDescriptiveName => "Custom";

        /// <inheritdoc/>
        protected override bool IsMatch(LogEvent evt) => _predicate(evt);
    }
}

namespace Akka.TestKit
{
    /// <summary>Dead letters; the test listener shows them to the filters as warnings whose message is the DeadLetter.</summary>
    public sealed class DeadLettersFilter : Internal.EventFilterBase
    {
        private readonly Predicate<DeadLetter> _isMatch;

        /// <summary>For dead letters.</summary>
        public DeadLettersFilter(IStringMatcher messageMatcher, IStringMatcher sourceMatcher, Predicate<DeadLetter> isMatch = null)
            : base(messageMatcher, sourceMatcher)
        {
            _isMatch = isMatch;
        }

        /// <summary>What the filter is called in failures.</summary>
        protected override string FilterDescriptiveName => "DeadLetter";

        /// <inheritdoc/>
        protected override bool IsMatch(LogEvent evt) =>
            evt is Warning { Message: DeadLetter deadLetter } && (_isMatch == null || _isMatch(deadLetter))
            && InternalDoMatch(evt.LogSource, deadLetter.Recipient.ToString());
    }
}
