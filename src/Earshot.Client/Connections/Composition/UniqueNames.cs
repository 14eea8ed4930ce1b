using System.Globalization;
using Earshot.Events;

namespace Earshot.Connections;

/// <summary>The names by which a server can distinguish the connections of a service.</summary>
internal static class UniqueNames
{
    private const int ProcessDigits = 6;

    private static string? s_process; // the first digits of the id of the first connection with such a name
    private static int s_count;

    /// <summary>Returns the name with the process and the number of the connection in it, such as <c>orders-api#7f3c9a.2</c>.</summary>
    public static string Of(string name, ulong id)
    {
        string own = ConnectionId.Show(id)![..ProcessDigits];
        string process = Interlocked.CompareExchange(ref s_process, own, null) ?? own;
        return string.Create(CultureInfo.InvariantCulture, $"{name}#{process}.{Interlocked.Increment(ref s_count)}");
    }
}
