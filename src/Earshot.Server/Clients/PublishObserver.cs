namespace Earshot.Server.Clients;

/// <summary>Sees one message before it is routed; must copy what it keeps.</summary>
internal delegate void PublishObserver(ClientConnection publisher, in RoutedMessage message);
