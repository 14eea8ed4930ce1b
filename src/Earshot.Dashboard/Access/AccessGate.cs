using System.Net;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Earshot.Dashboard.Access;

/// <summary>In front of every response of the dashboard: decides by <see cref="AccessRules"/>, and exchanges the token of the link for a cookie.</summary>
internal sealed class AccessGate(string path, bool isDevelopment, ILogger logger)
{
    private const string Parameter = "token";

    // Those of proxies, and those that the framework leaves when it has processed them.
    private static readonly string[] s_forwarded = ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Original-For", "X-Original-Host", "X-Original-Proto", "X-Real-IP", "Via"];

    private readonly AccessToken _token = new();
    private int _hasWarned;

    /// <summary>The query of the link that opens the page.</summary>
    internal string Query => $"?{Parameter}={_token.Text}";

    /// <summary>Whether the metadata of the endpoint require authorization.</summary>
    internal static bool IsProtected(EndpointMetadataCollection? metadata) =>
        metadata is not null && metadata.GetMetadata<IAllowAnonymous>() is null
        && (metadata.GetMetadata<IAuthorizeData>() is not null || metadata.GetMetadata<AuthorizationPolicy>() is not null);

    /// <summary>Returns a delegate that answers the allowed requests.</summary>
    /// <param name="depth">The number of segments of the request's path below the page.</param>
    /// <param name="answer">Receives the request and the path of the page.</param>
    internal RequestDelegate Guard(int depth, Func<HttpContext, string, Task> answer) => context =>
    {
        bool hasLink = _token.Matches(context.Request.Query[Parameter]);
        AccessDecision decision = AccessRules.Decide(FactsOf(context, hasLink));
        if (decision == AccessDecision.NotFound)
        {
            WarnOnce();
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        ResponseHeaders.Set(context.Response.Headers);
        string page = PagePath.Of(context.Request, depth);
        return decision == AccessDecision.TokenMissing ? AskForTokenAsync(context) : hasLink ? ExchangeAsync(context, page) : answer(context, page);
    };

    private AccessFacts FactsOf(HttpContext context, bool hasLink)
    {
        IPAddress? peer = context.Connection.RemoteIpAddress;
        return new AccessFacts
        {
            IsProtected = IsProtected(context.GetEndpoint()?.Metadata),
            IsDevelopment = isDevelopment,
            IsLocalPeer = peer is not null && IPAddress.IsLoopback(peer),
            IsForwarded = s_forwarded.Any(context.Request.Headers.ContainsKey),
            IsLocalHost = AccessRules.IsLocalHost(context.Request.Host.Host),
            HasToken = hasLink || _token.Matches(context.Request.Cookies[_token.CookieName]),
        };
    }

    // The token leaves the address bar, and the cookie is sent by no page of another site.
    private Task ExchangeAsync(HttpContext context, string page)
    {
        context.Response.Cookies.Append(_token.CookieName, _token.Text, new CookieOptions
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Strict,
            Secure = context.Request.IsHttps,
            Path = page,
            IsEssential = true,
        });
        context.Response.StatusCode = StatusCodes.Status302Found;
        context.Response.Headers.Location = page;
        return Task.CompletedTask;
    }

    private static Task AskForTokenAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync("Open the link with the token that the application has written to its log. After a restart of the application the link is another one.\n", context.RequestAborted);
    }

    private void WarnOnce()
    {
        if (isDevelopment && Interlocked.Exchange(ref _hasWarned, 1) == 0)
        {
            AccessLog.NotLocal(logger, path);
        }
    }
}
