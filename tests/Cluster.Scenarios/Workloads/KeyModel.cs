using System.Globalization;

namespace Cluster.Scenarios.Workloads;

/// <summary>What one key does, one command after the other. Its state is its value, null = there is none.</summary>
internal static class KeyModel
{
    /// <summary>False: in this state the command cannot have been answered so.</summary>
    public static bool TryStep(string? state, Operation operation, out string? next)
    {
        next = state;
        switch (operation.Kind)
        {
            case OperationKind.Get:
                return !operation.IsKnown || operation.Result == state;
            case OperationKind.Set:
                next = operation.Argument;
                return true;
            case OperationKind.SetIfAbsent:
                if (state is null) next = operation.Argument;
                return !operation.IsKnown || operation.Result is null == state is not null;
            case OperationKind.Delete:
                next = null;
                return !operation.IsKnown || operation.Result == (state is null ? "0" : "1");
            case OperationKind.Increment:
                next = ((state is null ? 0 : long.Parse(state, CultureInfo.InvariantCulture)) + 1).ToString(CultureInfo.InvariantCulture);
                return !operation.IsKnown || operation.Result == next;
            case OperationKind.Append:
                next = state + operation.Argument;
                return !operation.IsKnown || operation.Result == next.Length.ToString(CultureInfo.InvariantCulture);
            default:
                throw new ArgumentOutOfRangeException(nameof(operation), operation.Kind, null);
        }
    }
}
