using System;

namespace Hyperion.Types;

/// <summary>
/// Types whose construction, or whose end, does something: the known tools of attacks on deserializers. Refused by name
/// before they are loaded, and by ancestry afterwards.
/// </summary>
internal static class UnsafeTypes
{
    // Parts of names: some of them live in several assemblies and namespaces.
    private static readonly string[] Names =
    [
        "System.Security.Claims.ClaimsIdentity",
        "System.Security.Principal.WindowsClaimsIdentity",
        "System.Security.Principal.WindowsIdentity",
        "System.Security.Principal.WindowsPrincipal",
        "System.Windows.Forms.AxHost.State",
        "System.Windows.Forms.BindingSource",
        "System.Windows.Data.ObjectDataProvider",
        "System.Windows.ResourceDictionary",
        "System.Management.Automation.PSObject",
        "System.Management.IWbemClassObjectFreeThreaded",
        "System.Web.Security.RolePrincipal",
        "System.IdentityModel.Tokens.SessionSecurityToken",
        "System.Activities.Presentation.WorkflowDesigner",
        "System.CodeDom.Compiler.TempFileCollection",
        "System.Diagnostics.Process",
        "System.IO.FileSystemInfo",
        "SessionViewStateHistoryItem",
        "TextFormattingRunProperties",
        "ToolboxItemContainer",
        "Microsoft.Exchange.Management.SystemManager.WinForms.ExchangeSettingsProvider",
    ];

    public static bool IsUnsafe(string name)
    {
        foreach (var part in Names)
        {
            if (name.Contains(part, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    public static bool IsUnsafe(Type type)
    {
        for (var at = type; at != null; at = at.BaseType)
        {
            if (IsUnsafe(at.FullName ?? at.Name))
            {
                return true;
            }
        }

        if (type.HasElementType)
        {
            return IsUnsafe(type.GetElementType());
        }

        foreach (var argument in type.GetGenericArguments())
        {
            if (IsUnsafe(argument))
            {
                return true;
            }
        }

        return false;
    }
}
