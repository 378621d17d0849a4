/**
 * Environment variable of what the xcat store starts. Apart from the runner, so that every start-up can look
 * at it.
 */
export const xcatCallMark = 'ROOTIMG_FROM_XCAT_STORE';
