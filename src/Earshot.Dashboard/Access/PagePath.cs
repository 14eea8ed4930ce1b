using Microsoft.AspNetCore.Http;

namespace Earshot.Dashboard.Access;

/// <summary>The path of the page as the browser knows it: with the path base and the groups in which it was mapped.</summary>
internal static class PagePath
{
    /// <summary>Returns the path without the slash at its end.</summary>
    /// <param name="request">A request of the page or of something below it.</param>
    /// <param name="depth">The number of segments below the page.</param>
    internal static string Of(HttpRequest request, int depth)
    {
        string path = (request.PathBase.ToUriComponent() + request.Path.ToUriComponent()).TrimEnd('/');
        for (; depth > 0; depth--)
        {
            path = path[..path.LastIndexOf('/')].TrimEnd('/');
        }

        return path;
    }
}
